-- A location's bytes are read once, to know them: hosts take no others. Or why that went wrong.
alter table image_locations add column id text not null default gen_random_uuid()::text;
alter table image_locations alter column id drop default;
create unique index on image_locations (id);
alter table image_locations add column size bigint;
alter table image_locations add column virtual_size bigint;
alter table image_locations add column sha512 text;
alter table image_locations add column trouble text;
