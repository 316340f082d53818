-- What a domain sets for itself: plain, or (a password) sealed.
create table identity_domain_options (
  domain_id text not null references identity_projects (id) on delete cascade,
  group_name text not null,
  option text not null,
  value jsonb,
  sealed text,
  primary key (domain_id, group_name, option),
  check (num_nonnulls(value, sealed) = 1)
);

-- Users and groups that are kept in a domain's directory stand here with their public ids and their ids there, so that
-- whatever hangs on users and groups hangs on them as well; everything else about them is asked of the directory.
alter table identity_users add column directory_id text;
alter table identity_users add column directory_login_at timestamptz;
alter table identity_users drop constraint identity_users_domain_id_name_key;
create unique index identity_users_name on identity_users (domain_id, name) where directory_id is null;
create unique index identity_users_directory on identity_users (domain_id, directory_id) where directory_id is not null;

alter table identity_groups add column directory_id text;
alter table identity_groups drop constraint identity_groups_domain_id_name_key;
create unique index identity_groups_name on identity_groups (domain_id, name) where directory_id is null;
create unique index identity_groups_directory on identity_groups (domain_id, directory_id) where directory_id is not null;

-- A directory may be asked wrongly for a while: what its users own here outlasts that.
drop trigger identity_user_disabled on identity_users;
create trigger identity_user_disabled after update of enabled on identity_users
  for each row when (old.enabled and not new.enabled and new.directory_id is null) execute function identity_user_ends();
