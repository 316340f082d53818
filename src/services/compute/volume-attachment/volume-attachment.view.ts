import { atLeast, type Version } from "#platform/api/versions.ts";
import type { ServerDisk } from "../server/disk.ts";

/** The answer to an attach. */
export function created(it: ServerDisk, v: Version) {
  return { id: it.volumeId, ...common(it, v) };
}

export function shown(it: ServerDisk, v: Version) {
  if (!atLeast(v, "2.89")) return created(it, v);
  return { ...common(it, v), attachment_id: it.attachmentId, bdm_uuid: it.id };
}

function common(it: ServerDisk, v: Version) {
  return {
    volumeId: it.volumeId,
    serverId: it.serverId,
    device: it.device,
    ...(atLeast(v, "2.70") && { tag: it.tag }),
    ...(atLeast(v, "2.79") && { delete_on_termination: it.deleteOnTermination }),
  };
}
