-- Users may live in a directory, so nothing here refers to their rows; what is a user's own goes with the row all the same.
create table identity_credentials (
  id text primary key,
  user_id text not null,
  project_id text,
  type text not null,
  sealed text not null,
  extra jsonb not null default '{}',
  -- The last half minute whose passcode was used: of a TOTP each passcode opens once.
  used_window bigint not null default 0
);
create index identity_credentials_user on identity_credentials (user_id);
create index identity_credentials_project on identity_credentials (project_id);

create table identity_application_credentials (
  id text primary key,
  name text not null check (name <> ''),
  user_id text not null,
  project_id text not null references identity_projects (id) on delete cascade,
  description text,
  secret_hash text not null,
  unrestricted boolean not null,
  expires_at timestamptz,
  unique (user_id, name)
);
create index identity_application_credentials_project on identity_application_credentials (project_id);
create table identity_application_credential_roles (
  credential_id text not null references identity_application_credentials (id) on delete cascade,
  role_id text not null references identity_roles (id) on delete cascade,
  primary key (credential_id, role_id)
);
create index identity_application_credential_roles_role on identity_application_credential_roles (role_id);
create table identity_access_rules (
  id text primary key,
  user_id text not null,
  service text not null,
  method text not null,
  path text not null,
  unique (user_id, service, method, path)
);
create table identity_application_credential_rules (
  credential_id text not null references identity_application_credentials (id) on delete cascade,
  rule_id text not null references identity_access_rules (id),
  primary key (credential_id, rule_id)
);
create index identity_application_credential_rules_rule on identity_application_credential_rules (rule_id);

create table identity_trusts (
  id text primary key,
  trustor_user_id text not null,
  trustee_user_id text not null,
  project_id text references identity_projects (id) on delete cascade,
  impersonation boolean not null,
  expires_at timestamptz,
  remaining_uses integer check (remaining_uses >= 0),
  redelegated_trust_id text references identity_trusts (id) on delete cascade,
  redelegation_count integer not null check (redelegation_count >= 0),
  extra jsonb not null default '{}'
);
create index identity_trusts_trustor on identity_trusts (trustor_user_id);
create index identity_trusts_trustee on identity_trusts (trustee_user_id);
create index identity_trusts_project on identity_trusts (project_id);
create index identity_trusts_redelegated on identity_trusts (redelegated_trust_id);
-- A role that is deleted stays named here: a trust that delegates it is void, not smaller.
create table identity_trust_roles (
  trust_id text not null references identity_trusts (id) on delete cascade,
  role_id text not null,
  primary key (trust_id, role_id)
);

create function identity_user_ends() returns trigger language plpgsql as $$
begin
  delete from identity_application_credentials where user_id = old.id;
  delete from identity_access_rules where user_id = old.id;
  if tg_op = 'DELETE' then
    delete from identity_credentials where user_id = old.id;
    delete from identity_trusts where old.id in (trustor_user_id, trustee_user_id);
  end if;
  return null;
end $$;
create trigger identity_user_deleted after delete on identity_users
  for each row execute function identity_user_ends();
create trigger identity_user_disabled after update of enabled on identity_users
  for each row when (old.enabled and not new.enabled) execute function identity_user_ends();

create function identity_project_ends() returns trigger language plpgsql as $$
begin
  delete from identity_credentials where project_id = old.id;
  return null;
end $$;
create trigger identity_project_deleted after delete on identity_projects
  for each row execute function identity_project_ends();

-- Application credentials end with the membership that they stand on, and with any of their roles.
create function identity_grant_ends() returns trigger language plpgsql as $$
begin
  delete from identity_application_credentials where user_id = old.user_id and project_id = old.project_id;
  return null;
end $$;
create trigger identity_grant_deleted after delete on identity_grants
  for each row when (old.user_id is not null and old.project_id is not null) execute function identity_grant_ends();

create function identity_role_ends() returns trigger language plpgsql as $$
begin
  delete from identity_application_credentials a using identity_application_credential_roles r
    where r.credential_id = a.id and r.role_id = old.id;
  return old;
end $$;
create trigger identity_role_deleted before delete on identity_roles
  for each row execute function identity_role_ends();
