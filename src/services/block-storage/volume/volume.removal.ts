import { badRequest } from "#platform/api/errors.ts";
import type { Tx } from "#platform/service/kit.ts";
import { releaseAttachment } from "../attachment/attachment.release.ts";
import { listAttachmentsOf } from "../attachment/attachment.store.ts";
import type { Storage } from "../kit.ts";
import { removeSnapshot } from "../snapshot/snapshot.removal.ts";
import { listSnapshotsOf } from "../snapshot/snapshot.store.ts";
import { deleteVolume } from "./delete.saga.ts";
import { takeVolume } from "./volume.store.ts";
import { type Volume, volumeLife, volumeStatuses } from "./volume.ts";

interface How {
  /** Whatever its status is. */
  readonly force: boolean;
  /** Its snapshots too. */
  readonly cascade: boolean;
}

/** Takes the volume for its end and starts that; what runs on it is stopped first. */
export async function removeVolume(tx: Tx<Storage>, it: Volume, { force, cascade }: How) {
  const { from, busy } = volumeLife.verbs.delete;
  const snapshots = await listSnapshotsOf(tx.db, it.id);
  const attachments = await listAttachmentsOf(tx.db, [it.id]);
  const held = attachments.some(({ status }) => status !== "error_detaching");
  if (held || (snapshots.length > 0 && !cascade)) throw refusal();
  await tx.cancel(it.id);
  for (const one of snapshots) await removeSnapshot(tx, one, { force });
  const taken = await takeVolume(tx.db, it.id, { from: force ? volumeStatuses : from, busy }, { updatedAt: tx.now });
  if (!taken) throw refusal();
  for (const one of attachments) await releaseAttachment(tx, one);
  await tx.start(deleteVolume, it.id);
}

function refusal() {
  const words = volumeLife.verbs.delete.from.join(" or ");
  return badRequest(
    `Invalid volume: Volume status must be ${words} and must not be migrating, attached, belong to a group, have snapshots, awaiting a transfer, or be disassociated from snapshots after volume transfer.`,
  );
}
