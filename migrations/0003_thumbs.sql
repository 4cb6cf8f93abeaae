-- A thumb looks up what was decided by the bot's message; decisions are never forgotten.
create index decisions_reply on decisions (reply);
