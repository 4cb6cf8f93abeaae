-- One set of SQL for SQLite and PostgreSQL: ids are TEXT, times BIGINT milliseconds since 1970, truth values BIGINT
-- 0 or 1, JSON is TEXT. What buyers wrote is masked before it comes here.

create table meta (
    name  text primary key,
    value text not null
);

-- A number that only grows, per name. Taken inside the transaction that uses it, so that numbers become visible in
-- their order: whoever has read event 7 has not missed event 6.
create table counters (
    name  text primary key,
    value bigint not null
);

create table conversations (
    shop       text   not null,
    id         text   not null,
    state      text   not null,           -- bot waiting with_agent resolved reopened
    named      bigint not null,           -- 1: opened by a caller's own id in /answer
    channel    text   not null,
    product    text,
    ticket     text,                      -- the latest
    messages   bigint not null,           -- how many; the next message's seq
    created_at bigint not null,
    active_at  bigint not null,           -- last message of anyone
    primary key (shop, id)
);
create index conversations_active on conversations (shop, active_at);

create table messages (
    id           text   primary key,
    shop         text   not null,
    conversation text   not null,
    seq          bigint not null,
    role         text   not null,         -- buyer bot agent system
    author       text   not null,         -- an agent's name
    text         text   not null,
    data         text   not null,         -- JSON: the decision's options and sources
    idem         text,                    -- the caller's idempotency key
    at           bigint not null
);
create unique index messages_seq on messages (shop, conversation, seq);
create unique index messages_idem on messages (shop, conversation, idem);

-- One per buyer message that the bot decided; also the log that gates replay and the unanswered list is drawn from.
create table decisions (
    message      text   primary key,      -- the buyer's
    reply        text   not null,         -- the bot's message
    shop         text   not null,
    conversation text   not null,
    question     text   not null,
    product      text,
    outcome      text   not null,         -- answer clarify handoff
    reason       text,
    confidence   double precision not null,
    entries      text   not null,         -- JSON list of entry ids quoted
    decision     text   not null,         -- JSON, whole
    took_us      bigint not null,
    at           bigint not null
);
create index decisions_at on decisions (shop, at);

create table tickets (
    id           text   primary key,
    shop         text   not null,
    conversation text   not null,
    message      text   not null,         -- the buyer's message that was handed off
    state        text   not null,         -- waiting with_agent resolved reopened
    reason       text   not null,
    priority     bigint not null,         -- 0 first
    skill        text   not null,         -- skill group; empty: anyone
    agent        text,                    -- actor id
    agent_name   text,
    outcome      text,                    -- resolved handed_back resumed
    reopened     bigint not null,         -- how often
    opened_at    bigint not null,
    due_at       bigint not null,
    claimed_at   bigint,
    replied_at   bigint,                  -- first reply of a person
    resolved_at  bigint,
    reminded_at  bigint
);
-- Whatever is retried: a talk never has two open tickets.
create unique index tickets_open on tickets (shop, conversation) where state <> 'resolved';
create index tickets_queue on tickets (shop, state, priority, opened_at);

create table notes (
    id     text   primary key,
    shop   text   not null,
    ticket text   not null,
    author text   not null,
    text   text   not null,
    at     bigint not null
);
create index notes_ticket on notes (ticket, at);

create table feedback (
    shop         text   not null,
    message      text   not null,         -- the bot's or agent's
    giver        text   not null,         -- buyer, or an actor id
    conversation text   not null,
    verdict      text   not null,         -- up down
    comment      text   not null,
    at           bigint not null,
    primary key (message, giver)
);
create index feedback_at on feedback (shop, at);

create table learning (
    id         text   primary key,
    shop       text   not null,
    kind       text   not null,           -- chosen_option agent_entry agent_reply
    question   text   not null,
    entry      text,
    reply      text,
    source     text   not null,           -- the message it was learned from
    state      text   not null,           -- open accepted rejected
    decided_by text,
    decided_at bigint,
    at         bigint not null
);
create unique index learning_source on learning (source, kind);
create index learning_open on learning (shop, state, at);

create table api_keys (
    id         text   primary key,
    name       text   not null,
    hash       text   not null unique,
    scopes     text   not null,           -- JSON list
    shops      text   not null,           -- JSON list; ["*"]: all
    created_by text   not null,
    created_at bigint not null,
    revoked_at bigint
);

create table sessions (
    hash       text   primary key,
    actor      text   not null,
    name       text   not null,
    scopes     text   not null,
    shops      text   not null,
    created_at bigint not null,
    expires_at bigint not null
);

create table links (
    hash       text   primary key,
    expires_at bigint not null,
    used_at    bigint
);

create table audit (
    id     text   primary key,
    at     bigint not null,
    actor  text   not null,
    action text   not null,
    shop   text   not null,
    target text   not null,
    detail text   not null
);
create index audit_at on audit (at);

create table outbox (
    id         text   primary key,
    shop       text   not null,
    kind       text   not null,
    body       text   not null,
    attempts   bigint not null,
    next_at    bigint not null,
    done_at    bigint,
    last_error text   not null,
    at         bigint not null
);
create index outbox_due on outbox (done_at, next_at);

create table idempotency (
    scope text   not null,
    idem  text   not null,
    id    text   not null,
    at    bigint not null,
    primary key (scope, idem)
);

create table events (
    shop         text   not null,
    seq          bigint not null,
    conversation text   not null,
    buyer        bigint not null,         -- 1: the buyer may see it
    kind         text   not null,
    data         text   not null,
    at           bigint not null,
    primary key (shop, seq)
);
create index events_talk on events (shop, conversation, seq);
