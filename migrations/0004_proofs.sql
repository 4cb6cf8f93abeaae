-- What proves a decision, as it was sealed when the buyer was told: a message sent twice gets it as it was. Null where no
-- snapshot decided, and of decisions that an earlier version took.
alter table decisions add column proof text;
