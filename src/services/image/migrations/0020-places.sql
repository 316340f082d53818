-- Bytes in a store: once for all images that hold the same.
create table image_blobs (
  store text not null,
  key text not null,
  sha512 text not null,
  size bigint not null,
  -- Where hosts read them.
  path text not null,
  created_at timestamptz not null,
  primary key (store, key),
  unique (store, sha512)
);

-- In which stores an image's bytes are.
create table image_places (
  image_id text not null references image_images (id) on delete cascade,
  store text not null,
  key text not null,
  created_at timestamptz not null,
  primary key (image_id, store),
  foreign key (store, key) references image_blobs (store, key)
);
create index on image_places (store, key);

-- Bytes that durable work brings to an image: nobody may take them for leftovers.
create table image_expected (
  store text not null,
  key text not null,
  image_id text not null references image_images (id) on delete cascade,
  created_at timestamptz not null,
  primary key (store, key)
);
create index on image_expected (image_id);

insert into image_blobs (store, key, sha512, size, path, created_at)
  select distinct on (sha512) 'file', upload_id, sha512, size, path, created_at
  from image_images where path is not null and status <> 'uploading' order by sha512, created_at;
insert into image_places (image_id, store, key, created_at)
  select i.id, b.store, b.key, i.created_at
  from image_images i join image_blobs b on b.sha512 = i.sha512
  where i.path is not null and i.status <> 'uploading';

-- From now on the name of bytes that are coming in, or that wait in the staging area.
update image_images set upload_id = null where status in ('active', 'deactivated');
update image_images set status = 'queued', upload_id = null, upload_at = null where status = 'uploading';
alter table image_images drop column path;
-- The store, or the staging area, that they come into.
alter table image_images add column upload_store text;
alter table image_images add check ((upload_id is null) = (upload_store is null));
