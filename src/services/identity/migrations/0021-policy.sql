-- Policy documents of other services, and which endpoint each is for: one endpoint, or a service (in a region and those below it).
create table identity_policies (
  id text primary key,
  type text not null,
  blob text not null,
  extra jsonb not null default '{}'
);
create table identity_policy_associations (
  policy_id text not null references identity_policies (id) on delete cascade,
  endpoint_id text references identity_endpoints (id) on delete cascade,
  service_id text references identity_services (id) on delete cascade,
  region_id text references identity_regions (id) on delete cascade,
  check (num_nonnulls(endpoint_id, service_id) = 1),
  check (region_id is null or service_id is not null),
  unique nulls not distinct (endpoint_id, service_id, region_id)
);
create index identity_policy_associations_policy on identity_policy_associations (policy_id);
