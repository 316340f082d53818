import { again, type CallContext, type StepTx } from "#platform/service/kit.ts";
import { listAttachmentsOf } from "../attachment/attachment.store.ts";
import type { BlockStorageDriver } from "../driver.ts";
import { act, type Storage, saga, write } from "../kit.ts";
import { listSnapshotsOf } from "../snapshot/snapshot.store.ts";
import { changeVolume, deleteVolumeRow, findVolume } from "./volume.store.ts";

/** Waits until nobody holds the volume, then removes it from the storage and from the rows. */
export const deleteVolume = saga("block-storage.volume.delete", {
  steps: [
    write("await-release", { within: 3600, run: awaitRelease }),
    write("await-snapshots", { within: 3600, run: awaitSnapshots }),
    act("erase", { within: 900, ask: subject, call: erase }),
    write("forget", { within: 30, run: forget }),
  ],
  failed: fault,
});

async function awaitRelease(tx: StepTx<Storage>) {
  const holders = await listAttachmentsOf(tx.db, [tx.subject]);
  if (holders.length > 0) return again(5, "attachment.gone", tx.subject);
}

async function awaitSnapshots(tx: StepTx<Storage>) {
  const snapshots = await listSnapshotsOf(tx.db, tx.subject);
  if (snapshots.length > 0) return again(5, "snapshot.deleted", tx.subject);
}

async function subject(tx: StepTx<Storage>) {
  return tx.subject;
}

function erase(driver: BlockStorageDriver, id: string, { signal }: CallContext) {
  return driver.delete(id, signal);
}

async function forget(tx: StepTx<Storage>) {
  const it = await findVolume(tx.db, tx.subject);
  if (!it) return;
  await deleteVolumeRow(tx.db, it.id);
  await tx.emit("volume.deleted", { volumeId: it.id, projectId: it.projectId });
}

async function fault(tx: StepTx<Storage>, why: Error) {
  await changeVolume(tx.db, tx.subject, { status: "error_deleting", fault: why.message, updatedAt: tx.now });
}
