alter table image_images drop constraint image_images_status_check;
alter table image_images add constraint image_images_status_check
  check (status in ('queued', 'saving', 'uploading', 'importing', 'active', 'deactivated', 'pending_delete'));
-- The task that brings bytes to it; the stores to which they still go, and those where that failed in the last import.
alter table image_images add column task_id text;
alter table image_images add column importing_to text[];
alter table image_images add column failed_import text[];
-- When it was deleted, if its deletion waits.
alter table image_images add column deleted_at timestamptz;
create index on image_images (deleted_at) where deleted_at is not null;

-- What was asked for that takes a while. Tasks outlive their images, for a time.
create table image_tasks (
  id text primary key,
  type text not null,
  image_id text,
  owner text,
  user_id text,
  request_id text,
  input jsonb not null,
  status text not null check (status in ('pending', 'processing', 'success', 'failure')),
  message text not null,
  result jsonb,
  created_at timestamptz not null,
  updated_at timestamptz not null,
  expires_at timestamptz
);
create index on image_tasks (image_id);
create index on image_tasks (created_at, id);
create index on image_tasks (expires_at) where expires_at is not null;

-- Where an image's bytes are outside, in no store of ours.
create table image_locations (
  image_id text not null references image_images (id) on delete cascade,
  url text not null,
  nth integer not null,
  metadata jsonb not null,
  created_at timestamptz not null,
  primary key (image_id, url)
);
