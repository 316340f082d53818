-- Which quota a registered limit is: its amounts are rows of platform_quotas, the default among them, and nowhere else.
-- Limits that no service of this cloud counts have rows there under the registered limit's own id.
create table identity_registered_limits (
  id text primary key,
  service_id text not null references identity_services (id) on delete cascade,
  region_id text references identity_regions (id),
  resource_name text not null check (resource_name <> ''),
  description text,
  quota_service text not null,
  quota_resource text not null,
  constraint identity_registered_limits_name unique nulls not distinct (service_id, region_id, resource_name),
  unique (quota_service, quota_resource)
);
