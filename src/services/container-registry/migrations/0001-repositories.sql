-- Bytes, once for the whole cloud; the driver has them under their key.
create table container_registry_blobs (
  key text primary key,
  sha256 text not null unique,
  sha512 text unique,
  size bigint not null check (size >= 0),
  created_at timestamptz not null
);

-- That a blob can be seen in a repository. A repository is what is in it: it has no row of its own.
create table container_registry_links (
  project_id text not null,
  repository text not null,
  key text not null references container_registry_blobs (key),
  seen_at timestamptz not null,
  primary key (project_id, repository, key)
);
create index container_registry_links_of_blob on container_registry_links (key);
create index container_registry_links_by_age on container_registry_links (seen_at);

create table container_registry_manifests (
  project_id text not null,
  repository text not null,
  digest text not null,
  media_type text not null,
  artifact_type text,
  subject text,
  annotations jsonb not null,
  content bytea not null,
  created_at timestamptz not null,
  primary key (project_id, repository, digest)
);
create index container_registry_referrers on container_registry_manifests (project_id, repository, subject)
  where subject is not null;

-- The blobs that manifests speak of: they cannot be taken out of the repository.
create table container_registry_references (
  project_id text not null,
  repository text not null,
  digest text not null,
  key text not null,
  primary key (project_id, repository, digest, key),
  foreign key (project_id, repository, digest) references container_registry_manifests on delete cascade,
  foreign key (project_id, repository, key) references container_registry_links
);
create index container_registry_references_of_link on container_registry_references (project_id, repository, key);

create table container_registry_tags (
  project_id text not null,
  repository text not null,
  name text not null,
  digest text not null,
  updated_at timestamptz not null,
  primary key (project_id, repository, name),
  foreign key (project_id, repository, digest) references container_registry_manifests on delete cascade
);
create index container_registry_tags_of_manifest on container_registry_tags (project_id, repository, digest);

create table container_registry_uploads (
  id text primary key,
  project_id text not null,
  repository text not null,
  size bigint not null check (size >= 0),
  holder text,
  held_at timestamptz,
  updated_at timestamptz not null,
  check ((holder is null) = (held_at is null))
);
create index container_registry_uploads_by_age on container_registry_uploads (updated_at);
create index container_registry_uploads_of_project on container_registry_uploads (project_id);
