alter table identity_users
  add column password_created_at timestamptz,
  add column password_expires_at timestamptz,
  -- Whether the user chose it: what an administrator gave may be changed at any time.
  add column password_is_own boolean not null default false,
  add column failed_logins integer not null default 0,
  add column failed_at timestamptz,
  add column active_at timestamptz;
create index identity_users_password_expiry on identity_users (password_expires_at);

create table identity_past_passwords (
  id bigint generated always as identity primary key,
  user_id text not null references identity_users (id) on delete cascade,
  hash text not null,
  created_at timestamptz
);
create index identity_past_passwords_user on identity_past_passwords (user_id);
