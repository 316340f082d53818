import { badRequest, conflict } from "#platform/api/errors.ts";
import type { Tx } from "#platform/service/kit.ts";
import type { Storage } from "../kit.ts";
import { takeVolume } from "../volume/volume.store.ts";
import { volumeLife } from "../volume/volume.ts";
import { insertAttachment, listAttachmentsOf, takeForRelease } from "./attachment.store.ts";
import type { Attachment } from "./attachment.ts";
import { disconnectAttachment } from "./disconnect.saga.ts";

type Known = Pick<Attachment, "volumeId" | "projectId" | "serverId" | "byCompute"> & Partial<Attachment>;

/** Takes an available volume for somebody: from here on nobody else gets it. */
export async function reserveVolume(tx: Tx<Storage>, status: string, known: Known): Promise<Attachment> {
  const { attach } = volumeLife.verbs;
  const held = (await listAttachmentsOf(tx.db, [known.volumeId])).length > 0;
  if (held || !(await takeVolume(tx.db, known.volumeId, attach, { updatedAt: tx.now })))
    throw badRequest(
      `Invalid volume: Volume ${known.volumeId} status must be ${attach.from.join(" or ")} to reserve, but the current status is ${status}.`,
    );
  const it = newAttachment(tx, known);
  await insertAttachment(tx.db, it);
  return it;
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
  await tx.start(disconnectAttachment, it.id);
}

/** What a server holds is let go by Compute, which asks the guest first. */
export function requireOutsideCompute({ byCompute, serverId }: Attachment) {
  if (byCompute) throw conflict(`Detach volume from instance ${serverId} using the Compute API`);
}
