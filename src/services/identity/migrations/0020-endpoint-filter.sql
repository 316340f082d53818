-- A project's own endpoint: it stands in that project's catalogue (and in those of the projects below it) instead of the
-- cloud's endpoint of the same service type, interface and region.
alter table identity_endpoints add column project_id text references identity_projects (id) on delete cascade;
create index identity_endpoints_project on identity_endpoints (project_id);

-- OS-EP-FILTER: which of the cloud's endpoints a project sees; without a row here, or by a group, it sees all.
create table identity_project_endpoints (
  project_id text not null references identity_projects (id) on delete cascade,
  endpoint_id text not null references identity_endpoints (id) on delete cascade,
  primary key (project_id, endpoint_id)
);
create index identity_project_endpoints_endpoint on identity_project_endpoints (endpoint_id);

create table identity_endpoint_groups (
  id text primary key,
  name text not null check (name <> ''),
  description text,
  filters jsonb not null
);
create table identity_endpoint_group_projects (
  endpoint_group_id text not null references identity_endpoint_groups (id) on delete cascade,
  project_id text not null references identity_projects (id) on delete cascade,
  primary key (endpoint_group_id, project_id)
);
create index identity_endpoint_group_projects_project on identity_endpoint_group_projects (project_id);
