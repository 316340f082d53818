-- What the policy said to requests lately, those that are alike in one row: a ring of bounded size, to replay another policy over.
create table platform_decisions (
  id bigint generated always as identity primary key,
  digest text not null unique,
  service text not null,
  route text not null,
  rule text not null,
  actor jsonb not null,
  target jsonb not null,
  allowed boolean not null,
  times bigint not null,
  first_at timestamptz not null,
  last_at timestamptz not null
);
create index platform_decisions_age on platform_decisions (last_at);
