import { atLeast, type Version } from "#platform/api/versions.ts";
import { type Linking, links, stamp } from "../words.ts";
import type { Transfer } from "./transfer.ts";

export function brief({ id, volumeId: volume_id, name }: Transfer, linking: Linking) {
  return { id, volume_id, name, links: links(linking, `os-volume-transfer/${id}`) };
}

export function detailed(it: Transfer, linking: Linking, version: Version) {
  return {
    ...brief(it, linking),
    created_at: stamp(it.createdAt),
    ...(atLeast(version, "3.55") && { no_snapshots: it.noSnapshots }),
    ...(atLeast(version, "3.57") && {
      source_project_id: it.sourceProjectId,
      destination_project_id: it.destinationProjectId,
      accepted: it.accepted,
    }),
  };
}
