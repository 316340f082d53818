CREATE TABLE compute_server_groups (
  id text PRIMARY KEY,
  project_id text NOT NULL,
  user_id text NOT NULL,
  name text NOT NULL,
  policy text NOT NULL CHECK (policy IN ('affinity', 'anti-affinity', 'soft-affinity', 'soft-anti-affinity')),
  max_per_host integer CHECK (max_per_host > 0),
  created_at timestamptz NOT NULL,
  CHECK (max_per_host IS NULL OR policy = 'anti-affinity')
);
CREATE INDEX compute_server_groups_of_project ON compute_server_groups (project_id, created_at);
CREATE INDEX compute_servers_of_group ON compute_servers (server_group_id) WHERE server_group_id IS NOT NULL;
