create table placement_providers (
  id text primary key,
  name text not null unique,
  generation integer not null default 0,
  parent_id text references placement_providers (id),
  root_id text not null references placement_providers (id),
  created_at timestamptz not null,
  updated_at timestamptz not null
);
create index on placement_providers (parent_id);
create index on placement_providers (root_id);

create table placement_inventories (
  provider_id text not null references placement_providers (id) on delete cascade,
  resource_class text not null,
  total bigint not null check (total >= 0),
  reserved bigint not null default 0 check (reserved >= 0 and reserved <= total),
  min_unit bigint not null default 1 check (min_unit >= 1),
  max_unit bigint not null default 2147483647 check (max_unit >= 1),
  step_size bigint not null default 1 check (step_size >= 1),
  allocation_ratio double precision not null default 1 check (allocation_ratio > 0),
  primary key (provider_id, resource_class)
);

create table placement_resource_classes (
  name text primary key check (name ~ '^CUSTOM_[A-Z0-9_]+$'),
  created_at timestamptz not null
);

create table placement_traits (
  name text primary key check (name ~ '^CUSTOM_[A-Z0-9_]+$'),
  created_at timestamptz not null
);

create table placement_provider_traits (
  provider_id text not null references placement_providers (id) on delete cascade,
  trait text not null,
  primary key (provider_id, trait)
);
create index on placement_provider_traits (trait);

create table placement_aggregates (
  provider_id text not null references placement_providers (id) on delete cascade,
  aggregate text not null,
  primary key (provider_id, aggregate)
);
create index on placement_aggregates (aggregate);

create table placement_consumers (
  id text primary key,
  project_id text not null,
  user_id text not null,
  kind text,
  generation integer not null default 0,
  created_at timestamptz not null,
  updated_at timestamptz not null
);
create index on placement_consumers (project_id, user_id);

-- What is taken. An inventory with allocations cannot go away.
create table placement_allocations (
  consumer_id text not null references placement_consumers (id) on delete cascade,
  provider_id text not null,
  resource_class text not null,
  used bigint not null check (used > 0),
  primary key (consumer_id, provider_id, resource_class),
  foreign key (provider_id, resource_class) references placement_inventories (provider_id, resource_class)
);
create index on placement_allocations (provider_id, resource_class);

-- Why a consumer is where it is, or nowhere.
create table placement_decisions (
  consumer_id text primary key,
  host text,
  why_not jsonb not null,
  at timestamptz not null
);
