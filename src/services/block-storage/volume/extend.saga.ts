import type { CallContext, StepTx } from "#platform/service/kit.ts";
import type { BlockStorageDriver } from "../driver.ts";
import { act, type Storage, saga, write } from "../kit.ts";
import { changeVolume, findVolume } from "./volume.store.ts";
import { volumeLife } from "./volume.ts";

/** Makes a volume that nobody uses larger. */
export const extendVolume = saga("block-storage.volume.extend", {
  steps: [act("grow", { within: 600, ask: wish, call: grow }), write("settle", { within: 30, run: settle })],
  failed: fault,
});

interface Wish {
  readonly id: string;
  readonly gib: number;
}

async function wish(tx: StepTx<Storage>): Promise<Wish | null> {
  const it = await findVolume(tx.db, tx.subject);
  return it?.growingTo ? { id: it.id, gib: it.growingTo } : null;
}

async function grow(driver: BlockStorageDriver, it: Wish | null, { signal }: CallContext) {
  if (it) await driver.extend(it.id, it.gib, signal);
}

async function settle(tx: StepTx<Storage>) {
  const it = await findVolume(tx.db, tx.subject);
  if (!it?.growingTo) return;
  const { to: status } = volumeLife.verbs.extend;
  await changeVolume(tx.db, it.id, { status, gib: it.growingTo, growingTo: null, updatedAt: tx.now });
  await tx.emit("volume.extended", { volumeId: it.id, projectId: it.projectId });
}

async function fault(tx: StepTx<Storage>, why: Error) {
  const to = { status: "error_extending", growingTo: null, fault: why.message, updatedAt: tx.now };
  await changeVolume(tx.db, tx.subject, to);
}
