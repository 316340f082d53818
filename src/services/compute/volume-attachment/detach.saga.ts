import { again, type StepTx } from "#platform/service/kit.ts";
import type { ComputeDriver } from "../driver.ts";
import { act, type Compute, saga, write } from "../kit.ts";
import { deleteDisk, findDiskOfVolume } from "../server/disk.store.ts";
import { getServer } from "../server/server.store.ts";
import { hostOf } from "../server/server.ts";

interface Given {
  readonly volumeId: string;
  readonly attachmentId: string;
}
type Step = StepTx<Compute, Given>;

/** Takes a volume, already marked as detaching, out of the guest and gives it back. */
export const detachVolume = saga<Given>("compute.volume-attachment.detach", {
  moves: ({ volumeId, attachmentId }) => [volumeId, attachmentId],
  steps: [
    act("unplug", { within: 180, ask: place, call: unplug }),
    write("release", { within: 30, run: release }),
    write("await-gone", { within: 120, run: awaitGone }),
  ],
  failed: keep,
});

interface Place {
  readonly host: string;
  readonly id: string;
  readonly volumeId: string;
}

async function place({ db, subject, given }: Step): Promise<Place> {
  return { host: hostOf(await getServer(db, subject)), id: subject, volumeId: given.volumeId };
}

/** Unavailable while the guest holds it. */
function unplug(driver: ComputeDriver, { host, id, volumeId }: Place, { signal }: { signal: AbortSignal }) {
  return driver.detachDisk(host, id, volumeId, signal);
}

async function release(tx: Step) {
  const disk = await findDiskOfVolume(tx.db, tx.subject, tx.given.volumeId);
  if (!disk) return;
  await tx.needs.blockStorage.release(tx, tx.given.attachmentId);
  await deleteDisk(tx.db, disk.id);
}

async function awaitGone(tx: Step) {
  const { attachmentId } = tx.given;
  if (!(await tx.needs.blockStorage.isReleased(tx, attachmentId))) return again(5, "attachment.gone", attachmentId);
}

/** The guest did not let go: the volume is in use as before. */
async function keep(tx: Step) {
  const disk = await findDiskOfVolume(tx.db, tx.subject, tx.given.volumeId);
  if (disk) await tx.needs.blockStorage.rollDetaching(tx, tx.given.attachmentId);
}
