create table identity_identity_providers (
  id text primary key,
  enabled boolean not null,
  description text,
  domain_id text not null references identity_projects (id) on delete cascade,
  authorization_ttl integer check (authorization_ttl >= 0)
);
create table identity_remote_ids (
  remote_id text primary key,
  idp_id text not null references identity_identity_providers (id) on delete cascade
);
create index identity_remote_ids_idp on identity_remote_ids (idp_id);
create table identity_mappings (
  id text primary key,
  rules jsonb not null,
  schema_version text not null default '1.0'
);
create table identity_protocols (
  idp_id text not null references identity_identity_providers (id) on delete cascade,
  id text not null,
  mapping_id text not null references identity_mappings (id),
  remote_id_attribute text,
  primary key (idp_id, id)
);
create index identity_protocols_mapping on identity_protocols (mapping_id);
create table identity_service_providers (
  id text primary key,
  auth_url text not null,
  sp_url text not null,
  enabled boolean not null,
  description text,
  relay_state_prefix text not null default 'ss:mem:'
);
-- Who of a provider is which user here.
create table identity_federated_users (
  idp_id text not null references identity_identity_providers (id) on delete cascade,
  protocol_id text not null,
  unique_id text not null,
  user_id text not null references identity_users (id) on delete cascade,
  display_name text,
  primary key (idp_id, protocol_id, unique_id)
);
create index identity_federated_users_user on identity_federated_users (user_id);
-- A browser's login on its way to the provider and back.
create table identity_sign_ins (
  state text primary key,
  idp_id text not null references identity_identity_providers (id) on delete cascade,
  protocol_id text not null,
  origin text not null,
  sealed text not null,
  expires_at timestamptz not null
);
create index identity_sign_ins_age on identity_sign_ins (expires_at);
