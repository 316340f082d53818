CREATE TABLE compute_flavors (
  id text PRIMARY KEY,
  name text NOT NULL UNIQUE,
  memory_mib integer NOT NULL CHECK (memory_mib > 0),
  vcpus integer NOT NULL CHECK (vcpus > 0),
  disk_gib integer NOT NULL CHECK (disk_gib >= 0),
  ephemeral_gib integer NOT NULL CHECK (ephemeral_gib >= 0),
  swap_mib integer NOT NULL CHECK (swap_mib >= 0),
  rxtx_factor double precision NOT NULL CHECK (rxtx_factor > 0),
  is_public boolean NOT NULL,
  disabled boolean NOT NULL,
  description text,
  extra_specs jsonb NOT NULL,
  created_at timestamptz NOT NULL,
  updated_at timestamptz
);

CREATE TABLE compute_flavor_access (
  flavor_id text NOT NULL REFERENCES compute_flavors (id) ON DELETE CASCADE,
  project_id text NOT NULL,
  PRIMARY KEY (flavor_id, project_id)
);
