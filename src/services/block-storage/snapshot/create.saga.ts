import type { CallContext, StepTx } from "#platform/service/kit.ts";
import type { BlockStorageDriver } from "../driver.ts";
import { act, type Storage, saga, write } from "../kit.ts";
import { changeSnapshot, findSnapshot } from "./snapshot.store.ts";
import { snapshotLife } from "./snapshot.ts";

/** Freezes a point in the life of a volume. */
export const createSnapshot = saga("block-storage.snapshot.create", {
  steps: [
    act("take", { within: 600, ask: place, call: take, undo: { ask: place, call: drop } }),
    write("settle", { within: 30, run: settle }),
  ],
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

async function take(driver: BlockStorageDriver, it: Place | null, { signal }: CallContext) {
  if (it) await driver.snapshot(it.volumeId, it.id, signal);
}

async function drop(driver: BlockStorageDriver, it: Place | null, { signal }: CallContext) {
  if (it) await driver.deleteSnapshot(it.volumeId, it.id, signal);
}

async function settle(tx: StepTx<Storage>) {
  const it = await findSnapshot(tx.db, tx.subject);
  if (!it) return;
  await changeSnapshot(tx.db, it.id, { status: snapshotLife.verbs.create.to, fault: null, updatedAt: tx.now });
  await tx.emit("snapshot.created", { snapshotId: it.id, volumeId: it.volumeId, projectId: it.projectId });
}

async function fault(tx: StepTx<Storage>, why: Error) {
  await changeSnapshot(tx.db, tx.subject, { status: "error", fault: why.message, updatedAt: tx.now });
}
