-- Announcements are told in the order of their ticket: one that is refused holds up that ticket's later ones, and no other's.
-- Those of an earlier version, which name no ticket, keep the order of their shop.
alter table outbox add column ticket text not null default '';
update outbox set ticket = 'shop/' || shop;
-- A receiver that did not answer at all is left alone until then, with all of its shop: each further try would cost seconds.
alter table outbox add column shop_until bigint not null default 0;
-- What is looked for twice a second: the undelivered ones only, however many were ever told.
create index outbox_open on outbox (shop, at) where done_at is null;
