-- How often somebody has lately failed to log in: to one account from one address, to one account, from one address.
-- level: failures, as many as were not forgotten at the moment `at`; before `until` none may be tried.
create table identity_attempts (
  key text primary key,
  level integer not null check (level >= 0),
  at timestamptz not null,
  until timestamptz not null
);
create index identity_attempts_age on identity_attempts (at);

-- From where accounts were lately logged in to.
create table identity_acquaintances (
  key text primary key,
  seen_at timestamptz not null
);
create index identity_acquaintances_age on identity_acquaintances (seen_at);
