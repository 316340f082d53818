create table image_images (
  id text primary key,
  name text,
  owner text,
  status text not null check (status in ('queued', 'saving', 'uploading', 'active', 'deactivated')),
  visibility text not null check (visibility in ('public', 'community', 'shared', 'private')),
  protected boolean not null,
  hidden boolean not null,
  container_format text,
  disk_format text,
  min_disk integer not null check (min_disk >= 0),
  min_ram integer not null check (min_ram >= 0),
  size bigint,
  virtual_size bigint,
  md5 text,
  sha512 text,
  properties jsonb not null,
  tags text[] not null,
  -- The name of its bytes in the store: every upload has its own, so that a late end of one cannot touch another's.
  upload_id text unique,
  -- When bytes of a running upload were last seen; null when none runs.
  upload_at timestamptz,
  -- Where hosts read the bytes.
  path text,
  created_at timestamptz not null,
  updated_at timestamptz not null,
  check (status not in ('active', 'deactivated') or path is not null),
  check (status not in ('saving', 'uploading') or upload_id is not null)
);
create index on image_images (created_at, id);
create index on image_images (owner);
create index on image_images (upload_at) where upload_at is not null;

create table image_members (
  image_id text not null references image_images (id) on delete cascade,
  member_id text not null,
  status text not null check (status in ('pending', 'accepted', 'rejected')),
  created_at timestamptz not null,
  updated_at timestamptz not null,
  primary key (image_id, member_id)
);
create index on image_members (member_id);
