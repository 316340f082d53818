-- A limit is known by an id of its own to whoever lists it, and may say what it is for.
alter table platform_quotas add column id text not null default replace(gen_random_uuid()::text, '-', '');
alter table platform_quotas add column description text;
create unique index platform_quotas_id on platform_quotas (id);
create index platform_quotas_project on platform_quotas (project_id);
