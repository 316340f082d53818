import { again, type StepTx } from "#platform/service/kit.ts";
import type { ComputeDriver, GuestDisk } from "../driver.ts";
import { act, type Compute, saga, write } from "../kit.ts";
import { changeDisk, deleteDisk, findDiskOfVolume } from "../server/disk.store.ts";
import type { ServerDisk } from "../server/disk.ts";
import { getServer } from "../server/server.store.ts";
import { hostOf } from "../server/server.ts";

interface Given {
  readonly volumeId: string;
}
type Step = StepTx<Compute, Given>;

/** From a volume that is reserved for the server to a disk of its guest. A guest that is off finds it when it starts. */
export const attachVolume = saga<Given>("compute.volume-attachment.attach", {
  moves: ({ volumeId }) => [volumeId],
  steps: [
    write("connect", { within: 30, run: connect, undo: letGo }),
    write("await-connected", { within: 120, run: awaitConnected }),
    act("plug", { within: 60, ask: place, call: plug, undo: { ask: place, call: unplug } }),
    write("settle", { within: 30, run: settle }),
  ],
  /** What went wrong stays readable as the server's action. */
  failed: async () => {},
});

interface Place {
  readonly host: string;
  readonly id: string;
  readonly disk: GuestDisk | null;
}

async function connect(tx: Step) {
  const { host, attachmentId } = await reserved(tx);
  await tx.moves(attachmentId);
  await tx.needs.blockStorage.connect(tx, attachmentId, host);
}

async function letGo(tx: Step) {
  const disk = await findDiskOfVolume(tx.db, tx.subject, tx.given.volumeId);
  if (!disk?.attachmentId) return;
  await tx.needs.blockStorage.release(tx, disk.attachmentId);
  await deleteDisk(tx.db, disk.id);
}

async function awaitConnected(tx: Step) {
  const { attachmentId } = await reserved(tx);
  const there = await tx.needs.blockStorage.connection(tx, attachmentId);
  if (!there) return again(5, "attachment.connected", attachmentId);
}

async function place(tx: Step): Promise<Place> {
  const { host, attachmentId, device } = await reserved(tx);
  const via = await tx.needs.blockStorage.connection(tx, attachmentId);
  return { host, id: tx.subject, disk: via && { volumeId: tx.given.volumeId, via, device } };
}

async function plug(driver: ComputeDriver, { host, id, disk }: Place, { signal }: { signal: AbortSignal }) {
  if (disk) await driver.attachDisk(host, id, disk, signal);
}

async function unplug(driver: ComputeDriver, { host, id, disk }: Place, { signal }: { signal: AbortSignal }) {
  if (disk) await driver.detachDisk(host, id, disk.volumeId, signal);
}

async function settle(tx: Step) {
  const { id, attachmentId, device } = await reserved(tx);
  await tx.needs.blockStorage.attached(tx, attachmentId, device);
  await changeDisk(tx.db, id, { attached: true });
}

async function reserved(tx: Step): Promise<ServerDisk & { host: string; attachmentId: string }> {
  const host = hostOf(await getServer(tx.db, tx.subject));
  const disk = await findDiskOfVolume(tx.db, tx.subject, tx.given.volumeId);
  if (!disk?.attachmentId) throw new Error(`volume ${tx.given.volumeId} is not reserved for server ${tx.subject}`);
  return { ...disk, host, attachmentId: disk.attachmentId };
}
