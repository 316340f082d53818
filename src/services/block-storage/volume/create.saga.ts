import { Refused } from "#platform/service/driver.ts";
import type { CallContext, StepTx, Tx } from "#platform/service/kit.ts";
import type { BlockStorageDriver, VolumeSpec } from "../driver.ts";
import { act, type Storage, saga, write } from "../kit.ts";
import { findSnapshot } from "../snapshot/snapshot.store.ts";
import { changeVolume, findVolume } from "./volume.store.ts";
import { type Volume, volumeLife } from "./volume.ts";

/** From a row to a volume that can be attached. */
export const createVolume = saga("block-storage.volume.create", {
  steps: [
    act("make", { within: 3600, ask: spec, call: make, undo: { ask: subject, call: unmake } }),
    write("settle", { within: 30, run: settle }),
  ],
  failed: fault,
});

async function spec(tx: StepTx<Storage>): Promise<VolumeSpec | null> {
  const it = await findVolume(tx.db, tx.subject);
  return it ? { id: it.id, gib: it.gib, source: await sourceOf(tx, it) } : null;
}

async function make(driver: BlockStorageDriver, it: VolumeSpec | null, { signal }: CallContext) {
  if (it) await driver.create(it, signal);
}

async function subject(tx: StepTx<Storage>) {
  return tx.subject;
}

function unmake(driver: BlockStorageDriver, id: string, { signal }: CallContext) {
  return driver.delete(id, signal);
}

async function settle(tx: StepTx<Storage>) {
  const it = await findVolume(tx.db, tx.subject);
  if (!it) return;
  await changeVolume(tx.db, it.id, { status: volumeLife.verbs.create.to, fault: null, updatedAt: tx.now });
  await tx.emit("volume.created", { volumeId: it.id, projectId: it.projectId });
}

async function fault(tx: StepTx<Storage>, why: Error) {
  await changeVolume(tx.db, tx.subject, { status: "error", fault: why.message, updatedAt: tx.now });
}

async function sourceOf(tx: Tx<Storage>, it: Volume): Promise<VolumeSpec["source"]> {
  if (it.imageId) {
    const { path, diskFormat: format, sha512 } = await tx.needs.image.requireActive(tx, null, it.imageId);
    return { kind: "image", path, format, sha512 };
  }
  if (it.snapshotId) {
    const snapshot = await findSnapshot(tx.db, it.snapshotId);
    if (!snapshot) throw new Refused(`Snapshot ${it.snapshotId} could not be found.`);
    return { kind: "snapshot", volumeId: snapshot.volumeId, snapshotId: snapshot.id };
  }
  return it.sourceVolumeId ? { kind: "volume", volumeId: it.sourceVolumeId } : null;
}
