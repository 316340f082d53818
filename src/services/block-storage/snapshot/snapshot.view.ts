import { atLeast, type Version } from "#platform/api/versions.ts";
import { stamp } from "../words.ts";
import type { Snapshot } from "./snapshot.ts";

/** As create, update and the short list answer. */
export function brief(it: Snapshot) {
  return {
    id: it.id,
    created_at: stamp(it.createdAt),
    updated_at: stamp(it.updatedAt),
    name: it.name,
    description: it.description,
    volume_id: it.volumeId,
    status: it.status,
    size: it.gib,
    metadata: it.metadata,
  };
}

/** As show and the detailed list answer. */
export function detailed(it: Snapshot, version: Version) {
  return {
    ...brief(it),
    "os-extended-snapshot-attributes:progress": it.progress ?? (it.status === "available" ? "100%" : "0%"),
    "os-extended-snapshot-attributes:project_id": it.projectId,
    ...(atLeast(version, "3.14") && { group_snapshot_id: null }),
    ...(atLeast(version, "3.41") && { user_id: it.userId }),
    ...(atLeast(version, "3.65") && { consumes_quota: true }),
  };
}
