-- A domain is a project that is nobody's: is_domain, without a domain_id. Projects at the top of a domain have it as parent.
create table identity_projects (
  id text primary key,
  name text not null check (name <> ''),
  domain_id text references identity_projects (id) on delete cascade,
  parent_id text references identity_projects (id) on delete cascade,
  is_domain boolean not null default false,
  enabled boolean not null default true,
  description text not null default '',
  tags text[] not null default '{}',
  options jsonb not null default '{}',
  extra jsonb not null default '{}',
  check (is_domain = (domain_id is null)),
  check (is_domain = (parent_id is null))
);
create unique index identity_projects_name on identity_projects (coalesce(domain_id, ''), name);
create index identity_projects_parent on identity_projects (parent_id);

create table identity_users (
  id text primary key,
  name text not null check (name <> ''),
  domain_id text not null references identity_projects (id) on delete cascade,
  enabled boolean not null default true,
  default_project_id text,
  password_hash text,
  options jsonb not null default '{}',
  extra jsonb not null default '{}',
  created_at timestamptz not null,
  unique (domain_id, name)
);
create index identity_users_default_project on identity_users (default_project_id);

create table identity_groups (
  id text primary key,
  name text not null check (name <> ''),
  domain_id text not null references identity_projects (id) on delete cascade,
  description text not null default '',
  extra jsonb not null default '{}',
  unique (domain_id, name)
);
create table identity_members (
  group_id text not null references identity_groups (id) on delete cascade,
  user_id text not null references identity_users (id) on delete cascade,
  primary key (group_id, user_id)
);
create index identity_members_user on identity_members (user_id);

create table identity_roles (
  id text primary key,
  name text not null check (name <> ''),
  domain_id text references identity_projects (id) on delete cascade,
  description text,
  options jsonb not null default '{}',
  extra jsonb not null default '{}'
);
create unique index identity_roles_name on identity_roles (coalesce(domain_id, ''), name);
create table identity_implied_roles (
  prior_id text not null references identity_roles (id) on delete cascade,
  implied_id text not null references identity_roles (id) on delete cascade,
  primary key (prior_id, implied_id),
  check (prior_id <> implied_id)
);

create table identity_grants (
  role_id text not null references identity_roles (id) on delete cascade,
  user_id text references identity_users (id) on delete cascade,
  group_id text references identity_groups (id) on delete cascade,
  project_id text references identity_projects (id) on delete cascade,
  domain_id text references identity_projects (id) on delete cascade,
  inherited boolean not null default false,
  check (num_nonnulls(user_id, group_id) = 1),
  check (num_nonnulls(project_id, domain_id) <= 1),
  check (not inherited or num_nonnulls(project_id, domain_id) = 1),
  unique nulls not distinct (user_id, group_id, project_id, domain_id, role_id, inherited)
);
create index identity_grants_group on identity_grants (group_id);
create index identity_grants_project on identity_grants (project_id);
create index identity_grants_domain on identity_grants (domain_id);
create index identity_grants_role on identity_grants (role_id);

create table identity_regions (
  id text primary key,
  description text not null default '',
  parent_region_id text references identity_regions (id),
  extra jsonb not null default '{}'
);
create table identity_services (
  id text primary key,
  type text not null,
  name text not null default '',
  description text,
  enabled boolean not null default true,
  extra jsonb not null default '{}'
);
-- seed: what the bootstrap keeps at its wish; null once an operator has changed the address.
create table identity_endpoints (
  id text primary key,
  service_id text not null references identity_services (id) on delete cascade,
  region_id text references identity_regions (id),
  interface text not null check (interface in ('public', 'internal', 'admin')),
  url text not null,
  enabled boolean not null default true,
  seed text unique,
  extra jsonb not null default '{}'
);
create index identity_endpoints_service on identity_endpoints (service_id);

create table identity_keys (
  generation integer primary key,
  sealed text not null,
  created_at timestamptz not null,
  signs_from timestamptz not null
);

-- What was taken back: tokens that carry the mark and had not seen this row when they were issued are void.
create table identity_revocations (
  id bigint generated always as identity primary key,
  mark text not null,
  revoked_at timestamptz not null
);
create index identity_revocations_age on identity_revocations (revoked_at);
