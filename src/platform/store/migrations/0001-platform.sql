create table platform_quotas (
  service text not null,
  project_id text not null,
  resource text not null,
  amount bigint not null check (amount >= -1),
  primary key (service, project_id, resource)
);

create table platform_processes (
  id bigint generated always as identity primary key,
  host text not null,
  pid integer not null,
  started_at timestamptz not null,
  seen_at timestamptz not null
);

create table platform_sagas (
  id bigint generated always as identity primary key,
  service text not null,
  name text not null,
  subject text not null,
  given jsonb not null,
  state text not null check (state in ('running', 'undoing', 'done', 'failed', 'cancelled')),
  step text,
  attempt integer not null default 0,
  step_since timestamptz,
  step_until timestamptz,
  wake_at timestamptz not null,
  waits_for text,
  cancel boolean not null default false,
  error text,
  error_kind text,
  holder bigint,
  lease_until timestamptz,
  fence bigint not null default 0,
  actor jsonb,
  request_id text not null,
  started_at timestamptz not null,
  updated_at timestamptz not null
);
create index platform_sagas_open on platform_sagas (wake_at) where state in ('running', 'undoing');
create index platform_sagas_turn on platform_sagas (subject, id) where state in ('running', 'undoing');
create index platform_sagas_subject on platform_sagas (subject, id);

create table platform_saga_steps (
  id bigint generated always as identity primary key,
  saga_id bigint not null references platform_sagas on delete cascade,
  step text not null,
  way text not null check (way in ('do', 'undo')),
  attempt integer not null,
  started_at timestamptz not null,
  ended_at timestamptz,
  outcome text,
  reason text
);
create index platform_saga_steps_of on platform_saga_steps (saga_id, id);

create table platform_loops (
  name text primary key,
  next_at timestamptz not null,
  ran_at timestamptz,
  changed integer,
  error text
);

create table platform_events (
  id bigint generated always as identity primary key,
  name text not null,
  body jsonb not null,
  request_id text not null,
  at timestamptz not null,
  xid xid8 not null default pg_current_xact_id()
);

create table platform_listeners (
  name text primary key,
  xid xid8 not null,
  event_id bigint not null
);

create table platform_audit (
  id bigint generated always as identity primary key,
  at timestamptz not null,
  request_id text not null,
  service text not null,
  rule text not null,
  method text not null,
  path text not null,
  status integer not null,
  user_id text,
  project_id text,
  remote text
);
create index platform_audit_request on platform_audit (request_id);
