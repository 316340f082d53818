-- Only the few sagas that move more than their subject, and no list of pending entries to be read at every look.
drop index platform_sagas_moves;
create index platform_sagas_moves on platform_sagas using gin (moves) with (fastupdate = off)
  where state in ('running', 'undoing') and moves <> '{}';
