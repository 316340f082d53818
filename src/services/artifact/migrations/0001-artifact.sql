create table artifact_artifacts (
  id text primary key,
  type_name text not null,
  display_type_name text,
  name text not null check (name <> ''),
  version text not null,
  -- What versions sort by: semantic order as the order of bytes.
  version_key text collate "C" not null,
  owner text not null,
  status text not null check (status in ('drafted', 'active', 'deactivated')),
  visibility text not null check (visibility in ('private', 'public')),
  description text not null,
  tags text[] not null,
  -- The type's own fields, but for its blobs.
  fields jsonb not null,
  created_at timestamptz not null,
  updated_at timestamptz not null,
  activated_at timestamptz,
  check (status = 'drafted' or activated_at is not null),
  check (visibility = 'private' or status <> 'drafted')
);
create index on artifact_artifacts (created_at, id);
create index on artifact_artifacts (owner);
-- One version of a name: for all in public, for each project beside.
create unique index artifact_scope_public on artifact_artifacts (type_name, name, version) where visibility = 'public';
create unique index artifact_scope_private on artifact_artifacts (type_name, name, version, owner) where visibility = 'private';

-- Which artifacts depend on which.
create table artifact_links (
  artifact_id text not null references artifact_artifacts (id) on delete cascade,
  target_id text not null references artifact_artifacts (id),
  primary key (artifact_id, target_id)
);
create index on artifact_links (target_id);

-- Bytes in a store: once for all blobs that hold the same.
create table artifact_bytes (
  store text not null,
  key text not null,
  size bigint not null,
  md5 text not null,
  sha1 text not null,
  sha256 text not null,
  sha512 text not null,
  created_at timestamptz not null,
  primary key (store, key),
  unique (store, sha512)
);
create index on artifact_bytes (sha256);

-- Bytes that somebody is about to bring to a place: nobody may take them for leftovers.
create table artifact_expected (
  store text not null,
  key text not null,
  created_at timestamptz not null,
  primary key (store, key)
);

create table artifact_blobs (
  artifact_id text not null references artifact_artifacts (id) on delete cascade,
  field text not null,
  -- Of a dictionary of blobs; empty for a blob that is the field itself.
  entry text not null,
  content_type text,
  -- Of bytes outside, or that are coming in (as many as may come).
  size bigint,
  md5 text,
  sha1 text,
  sha256 text,
  store text,
  key text,
  -- Where they are outside.
  url text,
  -- The place of a running upload, and when it was last seen.
  upload_store text,
  upload_key text unique,
  upload_at timestamptz,
  upload_size bigint,
  primary key (artifact_id, field, entry),
  foreign key (store, key) references artifact_bytes (store, key),
  check ((upload_key is null) = (upload_at is null) and (upload_key is null) = (upload_store is null)),
  check (num_nonnulls(url, key) <= 1),
  check (url is not null or key is not null or upload_key is not null)
);
create index on artifact_blobs (store, key);
create index on artifact_blobs (upload_at) where upload_at is not null;
