import { atLeast, type Version } from "#platform/api/versions.ts";
import type { ServerGroup } from "./server-group.ts";

export function shown(it: ServerGroup, members: readonly string[], v: Version) {
  const { maxPerHost } = it;
  return {
    id: it.id,
    name: it.name,
    members,
    ...(atLeast(v, "2.64")
      ? { policy: it.policy, rules: maxPerHost === null ? {} : { max_server_per_host: maxPerHost } }
      : { policies: [it.policy], metadata: {} }),
    ...(atLeast(v, "2.13") && { project_id: it.projectId, user_id: it.userId }),
  };
}
