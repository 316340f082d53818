-- A role bound to a service holds there only, and so does what it implies. A service to which roles are bound cannot go: they
-- would hold everywhere.
alter table identity_roles add column service_id text references identity_services (id) on delete restrict;
create index identity_roles_service on identity_roles (service_id);
