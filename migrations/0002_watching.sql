-- What the desk looks at twice a second: open tickets only, however many were ever done.
create index tickets_watched on tickets (state, due_at) where state <> 'resolved';
-- A lesson is offered once, however often buyers repeat it.
create index learning_known on learning (shop, question, kind);
