import { stamp } from "../words.ts";
import type { Attachment } from "./attachment.ts";

export function brief({ id, status, serverId, volumeId }: Attachment) {
  return { id, status, instance: serverId, volume_id: volumeId };
}

export function detailed(it: Attachment) {
  return {
    ...brief(it),
    attached_at: stamp(it.attachedAt) ?? "",
    detached_at: "",
    attach_mode: it.mode,
    connection_info: connectionInfo(it),
  };
}

/** Empty until the volume is connected. */
function connectionInfo({ id, mode, connection }: Attachment) {
  if (!connection) return {};
  const { kind, ...where } = connection;
  return { driver_volume_type: kind, ...where, access_mode: mode, encrypted: false, attachment_id: id };
}
