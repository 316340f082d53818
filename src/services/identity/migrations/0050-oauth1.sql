create table identity_oauth1_consumers (
  id text primary key,
  description text,
  sealed text not null,
  extra jsonb not null default '{}'
);
-- A request token becomes, once it was authorised and asked for, an access token of another id.
create table identity_oauth1_tokens (
  id text primary key,
  kind text not null check (kind in ('request', 'access')),
  consumer_id text not null references identity_oauth1_consumers (id) on delete cascade,
  project_id text not null references identity_projects (id) on delete cascade,
  -- Users may live in a directory, so nothing here refers to their rows.
  user_id text,
  role_ids text[] not null default '{}',
  verifier text,
  sealed text not null,
  expires_at timestamptz,
  check (kind = 'request' or user_id is not null)
);
create index identity_oauth1_tokens_consumer on identity_oauth1_tokens (consumer_id);
create index identity_oauth1_tokens_project on identity_oauth1_tokens (project_id);
create index identity_oauth1_tokens_user on identity_oauth1_tokens (user_id);
-- What was signed once is not taken twice within the time in which its timestamp is.
create table identity_oauth1_nonces (
  consumer_id text not null references identity_oauth1_consumers (id) on delete cascade,
  nonce text not null,
  used_at timestamptz not null,
  primary key (consumer_id, nonce)
);
create index identity_oauth1_nonces_age on identity_oauth1_nonces (used_at);
