CREATE TABLE compute_keypairs (
  id integer PRIMARY KEY GENERATED ALWAYS AS IDENTITY,
  user_id text NOT NULL,
  name text NOT NULL,
  kind text NOT NULL CHECK (kind IN ('ssh', 'x509')),
  public_key text NOT NULL,
  fingerprint text NOT NULL,
  created_at timestamptz NOT NULL,
  UNIQUE (user_id, name)
);
