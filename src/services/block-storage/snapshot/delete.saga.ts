import type { CallContext, StepTx } from "#platform/service/kit.ts";
import type { BlockStorageDriver } from "../driver.ts";
import { act, type Storage, saga, write } from "../kit.ts";
import { changeSnapshot, deleteSnapshotRow, findSnapshot } from "./snapshot.store.ts";

/** Removes a snapshot from the storage and from the rows. */
export const deleteSnapshot = saga("block-storage.snapshot.delete", {
  steps: [act("drop", { within: 900, ask: place, call: drop }), write("forget", { within: 30, run: forget })],
  failed: fault,
});

interface Place {
  readonly id: string;
  readonly volumeId: string;
}

async function place(tx: StepTx<Storage>): Promise<Place | null> {
  const it = await findSnapshot(tx.db, tx.subject);
  return it ? { id: it.id, volumeId: it.volumeId } : null;
}

async function drop(driver: BlockStorageDriver, it: Place | null, { signal }: CallContext) {
  if (it) await driver.deleteSnapshot(it.volumeId, it.id, signal);
}

async function forget(tx: StepTx<Storage>) {
  const it = await findSnapshot(tx.db, tx.subject);
  if (!it) return;
  await deleteSnapshotRow(tx.db, it.id);
  await tx.emit("snapshot.deleted", { snapshotId: it.id, volumeId: it.volumeId, projectId: it.projectId });
}

async function fault(tx: StepTx<Storage>, why: Error) {
  await changeSnapshot(tx.db, tx.subject, { status: "error_deleting", fault: why.message, updatedAt: tx.now });
}
