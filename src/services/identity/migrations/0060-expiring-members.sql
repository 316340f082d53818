-- Groups that a provider's mapping has put a user into at its last login.
create table identity_expiring_members (
  user_id text not null references identity_users (id) on delete cascade,
  group_id text not null references identity_groups (id) on delete cascade,
  idp_id text not null references identity_identity_providers (id) on delete cascade,
  verified_at timestamptz not null,
  primary key (user_id, group_id, idp_id)
);
create index identity_expiring_members_group on identity_expiring_members (group_id);
create index identity_expiring_members_idp on identity_expiring_members (idp_id);
-- They hold for as many minutes as the provider says now.
create view identity_passing_members as
  select m.user_id, m.group_id, max(m.verified_at + p.authorization_ttl * interval '1 minute') as expires_at
  from identity_expiring_members m join identity_identity_providers p on p.id = m.idp_id
  where p.authorization_ttl > 0 group by m.user_id, m.group_id;
