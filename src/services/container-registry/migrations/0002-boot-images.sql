-- Images that come into the image service from a manifest that is being pushed: gone when they are there, or will not come.
create table container_registry_arrivals (
  image_id text primary key,
  began_at timestamptz not null
);
