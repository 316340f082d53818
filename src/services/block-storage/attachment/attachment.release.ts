import { badRequest, conflict } from "#platform/api/errors.ts";
import type { Tx } from "#platform/service/kit.ts";
import type { Storage } from "../kit.ts";
import { takeVolume } from "../volume/volume.store.ts";
import { type Volume, volumeLife } from "../volume/volume.ts";
import { insertAttachment, listAttachmentsOf, takeForRelease } from "./attachment.store.ts";
import type { Attachment } from "./attachment.ts";
import { disconnectAttachment } from "./disconnect.saga.ts";

type Known = Pick<Attachment, "volumeId" | "projectId" | "serverId" | "byCompute"> & Partial<Attachment>;
type Wanted = Omit<Known, "volumeId" | "projectId">;

/** Takes an available volume for somebody: from here on nobody else gets it. */
export async function reserveVolume(tx: Tx<Storage>, volume: Volume, wanted: Wanted): Promise<Attachment> {
  const { id: volumeId, projectId, status } = volume;
  requireMode(volume, wanted.mode ?? "rw");
  const { attach } = volumeLife.verbs;
  const held = (await listAttachmentsOf(tx.db, [volumeId])).length > 0;
  if (held || !(await takeVolume(tx.db, volumeId, attach, { updatedAt: tx.now })))
    throw badRequest(
      `Invalid volume: Volume ${volumeId} status must be ${attach.from.join(" or ")} to reserve, but the current status is ${status}.`,
    );
  const it = newAttachment(tx, { ...wanted, volumeId, projectId });
  await insertAttachment(tx.db, it);
  return it;
}

/** A read-only volume is not lent for writing. */
export function requireMode({ id, readonly }: Volume, mode: "rw" | "ro") {
  if (readonly && mode === "rw") throw badRequest(`Invalid volume: Invalid attaching mode 'rw' for volume ${id}.`);
}

export function newAttachment({ now, newId }: Tx<Storage>, known: Known): Attachment {
  return {
    id: newId(),
    host: null,
    device: null,
    mode: "rw",
    status: "reserved",
    releasing: false,
    connector: null,
    connection: null,
    fault: null,
    createdAt: now,
    attachedAt: null,
    ...known,
  };
}

/** Starts the end of an attachment, once; what runs on it is stopped first. */
export async function releaseAttachment(tx: Tx<Storage>, it: Attachment) {
  if (!(await takeForRelease(tx.db, it.id))) return;
  await takeVolume(tx.db, it.volumeId, volumeLife.verbs.detach, { updatedAt: tx.now });
  await tx.cancel(it.id);
  await tx.start(disconnectAttachment, it.id, { volumeId: it.volumeId });
}

/** What a server holds is let go by Compute, which asks the guest first. */
export function requireOutsideCompute({ byCompute, serverId }: Attachment) {
  if (byCompute) throw conflict(`Detach volume from instance ${serverId} using the Compute API`);
}
