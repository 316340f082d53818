import { Refused, Unavailable } from "#platform/service/driver.ts";
import { again, type StepTx } from "#platform/service/kit.ts";
import type { Compute } from "../kit.ts";
import { changeDisk, deleteDisk, listDisks } from "./disk.store.ts";
import type { ServerDisk } from "./disk.ts";
import { advance, getServer } from "./server.store.ts";
import { hostOf } from "./server.ts";

/** Starts making the volumes of images. */
export async function makeVolumes(tx: StepTx<Compute>) {
  const disks = await listDisks(tx.db, tx.subject);
  if (disks.length > 0) await advance(tx.db, tx.subject, "block_device_mapping");
  for (const disk of disks) if (disk.source === "image" && disk.volumeId === null) await makeVolume(tx, disk);
}

async function makeVolume(tx: StepTx<Compute>, { id, imageId, gib }: ServerDisk) {
  if (!tx.actor || imageId === null)
    throw new Refused("a volume of an image needs its image and somebody who asks for it");
  const ask = { imageId, gib: gib ?? 1, name: "" };
  await changeDisk(tx.db, id, { volumeId: await tx.needs.blockStorage.createFromImage(tx, tx.actor, ask) });
}

/** Takes back what was made, once nobody holds it. */
export async function dropVolumes(tx: StepTx<Compute>) {
  const made = (await listDisks(tx.db, tx.subject)).filter((it) => it.source === "image");
  for (const { id, volumeId, attachmentId } of made) {
    if (volumeId === null) continue;
    if (attachmentId !== null && !(await tx.needs.blockStorage.isReleased(tx, attachmentId)))
      throw new Unavailable(`volume ${volumeId} is still being disconnected`);
    await tx.needs.blockStorage.deleteVolume(tx, volumeId);
    await changeDisk(tx.db, id, { volumeId: null, attachmentId: null });
  }
}

/** Waits until the new volumes can be used, and reserves them. */
export async function awaitVolumes(tx: StepTx<Compute>) {
  for (const disk of await listDisks(tx.db, tx.subject)) {
    if (disk.volumeId === null || disk.attachmentId !== null || !tx.actor) continue;
    const { status } = await tx.needs.blockStorage.getVolume(tx, tx.actor, disk.volumeId);
    if (status.startsWith("error"))
      throw new Refused(`Volume ${disk.volumeId} did not finish being created. And its status is ${status}.`);
    if (status !== "available") return again(10, "volume.created", disk.volumeId);
    const attachmentId = await tx.needs.blockStorage.reserve(tx, tx.actor, disk.volumeId, tx.subject);
    await changeDisk(tx.db, disk.id, { attachmentId });
    await tx.moves(disk.volumeId);
  }
}

/** Starts making the volumes reachable on the server's host. */
export async function connect(tx: StepTx<Compute>) {
  const disks = await attachedTo(tx);
  if (disks.length === 0) return;
  const host = hostOf(await getServer(tx.db, tx.subject));
  for (const { attachmentId } of disks) await tx.needs.blockStorage.connect(tx, attachmentId, host);
}

export async function awaitConnected(tx: StepTx<Compute>) {
  for (const { attachmentId } of await attachedTo(tx))
    if (!(await tx.needs.blockStorage.connection(tx, attachmentId)))
      return again(5, "attachment.connected", tx.subject);
}

/** The guest has them. */
export async function markAttached(tx: StepTx<Compute>) {
  for (const { id, attachmentId, attached, device } of await attachedTo(tx)) {
    if (attached) continue;
    await tx.needs.blockStorage.attached(tx, attachmentId, device);
    await changeDisk(tx.db, id, { attached: true });
  }
}

/** Lets go of all volumes: they are disconnected and free again. */
export async function releaseVolumes(tx: StepTx<Compute>) {
  for (const { id, attachmentId } of await attachedTo(tx)) {
    await tx.needs.blockStorage.release(tx, attachmentId);
    await changeDisk(tx.db, id, { attached: false });
  }
}

/** After a deletion: waits until all are free, and deletes those that were to go with the server. */
export async function deleteVolumes(tx: StepTx<Compute>) {
  const disks = await listDisks(tx.db, tx.subject);
  for (const { attachmentId } of disks)
    if (attachmentId !== null && !(await tx.needs.blockStorage.isReleased(tx, attachmentId)))
      return again(5, "attachment.gone", attachmentId);
  for (const { id, volumeId, deleteOnTermination } of disks) {
    if (deleteOnTermination && volumeId !== null) await tx.needs.blockStorage.deleteVolume(tx, volumeId);
    await deleteDisk(tx.db, id);
  }
}

async function attachedTo(tx: StepTx<Compute>) {
  const disks = await listDisks(tx.db, tx.subject);
  return disks.filter((it): it is ServerDisk & { attachmentId: string } => it.attachmentId !== null);
}
