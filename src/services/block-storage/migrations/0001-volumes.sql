create table block_storage_types (
  id text primary key,
  name text not null unique,
  description text,
  is_public boolean not null,
  extra_specs jsonb not null default '{}',
  created_at timestamptz not null,
  updated_at timestamptz
);
insert into block_storage_types (id, name, description, is_public, created_at)
  values (gen_random_uuid()::text, '__DEFAULT__', 'Default Volume Type', true, now());

create table block_storage_type_access (
  type_id text not null references block_storage_types on delete cascade,
  project_id text not null,
  primary key (type_id, project_id)
);

create table block_storage_default_types (
  project_id text primary key,
  type_id text not null references block_storage_types
);

create table block_storage_volumes (
  id text primary key,
  project_id text not null,
  user_id text not null,
  name text,
  description text,
  gib bigint not null check (gib > 0),
  growing_to bigint check (growing_to > gib),
  status text not null,
  type_id text not null references block_storage_types,
  bootable boolean not null,
  readonly boolean,
  metadata jsonb not null default '{}',
  image_metadata jsonb,
  image_id text,
  snapshot_id text,
  source_volume_id text,
  fault text,
  created_at timestamptz not null,
  updated_at timestamptz
);
create index block_storage_volumes_of_project on block_storage_volumes (project_id, created_at desc, id desc);
create index block_storage_volumes_of_type on block_storage_volumes (type_id);

create table block_storage_snapshots (
  id text primary key,
  volume_id text not null references block_storage_volumes,
  project_id text not null,
  user_id text not null,
  name text,
  description text,
  gib bigint not null,
  status text not null,
  progress text,
  metadata jsonb not null default '{}',
  fault text,
  created_at timestamptz not null,
  updated_at timestamptz
);
create index block_storage_snapshots_of_volume on block_storage_snapshots (volume_id);
create index block_storage_snapshots_of_project on block_storage_snapshots (project_id, created_at desc, id desc);

create table block_storage_attachments (
  id text primary key,
  volume_id text not null references block_storage_volumes,
  project_id text not null,
  server_id text,
  host text,
  device text,
  mode text not null check (mode in ('rw', 'ro')),
  status text not null,
  by_compute boolean not null,
  releasing boolean not null,
  connector jsonb,
  connection jsonb,
  fault text,
  created_at timestamptz not null,
  attached_at timestamptz
);
-- One guest at a time: the data plane serves a volume to one reader and writer.
create unique index block_storage_attachments_of_volume on block_storage_attachments (volume_id);
create index block_storage_attachments_of_server on block_storage_attachments (server_id);

create table block_storage_transfers (
  id text primary key,
  volume_id text not null references block_storage_volumes on delete cascade,
  name text,
  key_hash text not null,
  no_snapshots boolean not null,
  source_project_id text not null,
  destination_project_id text,
  accepted boolean not null,
  created_at timestamptz not null
);
create unique index block_storage_transfers_open on block_storage_transfers (volume_id) where not accepted;
create index block_storage_transfers_of_project on block_storage_transfers (source_project_id);
