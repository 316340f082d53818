-- The host whose program alone can take the saga's step; and what else than its subject it moves.
alter table platform_sagas add column host text, add column moves text[] not null default '{}';
create index platform_sagas_moves on platform_sagas using gin (moves) where state in ('running', 'undoing');
