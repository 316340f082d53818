-- What OCI's clients know images' bytes by: reckoned when an image is first pulled.
create table container_registry_image_digests (
  image_id text primary key,
  sha256 text not null
);
