CREATE TABLE compute_aggregates (
  id integer PRIMARY KEY GENERATED ALWAYS AS IDENTITY,
  uuid uuid NOT NULL UNIQUE,
  name text NOT NULL UNIQUE,
  metadata jsonb NOT NULL,
  created_at timestamptz NOT NULL,
  updated_at timestamptz
);

CREATE TABLE compute_aggregate_hosts (
  aggregate_id integer NOT NULL REFERENCES compute_aggregates (id),
  host text NOT NULL REFERENCES compute_hosts (name) ON DELETE CASCADE,
  PRIMARY KEY (aggregate_id, host)
);
