import { notFound } from "#platform/api/errors.ts";
import type { Actor } from "#platform/api/rules.ts";
import { Refused } from "#platform/service/driver.ts";
import type { Tx } from "#platform/service/kit.ts";
import type { Join } from "#platform/store/join.ts";
import { releaseAttachment, reserveVolume } from "./attachment/attachment.release.ts";
import { changeAttachment, findAttachment, getAttachment } from "./attachment/attachment.store.ts";
import { attachmentLife } from "./attachment/attachment.ts";
import { connectAttachment } from "./attachment/connect.saga.ts";
import type { BlockStorage, VolumeBrief, VolumeConnection } from "./index.ts";
import { joined, type Storage } from "./kit.ts";
import { listSnapshotsOf } from "./snapshot/snapshot.store.ts";
import { deleteVolume } from "./volume/delete.saga.ts";
import { createWished, wishedType } from "./volume/volume.creation.ts";
import { changeVolume, findVolume, takeVolume } from "./volume/volume.store.ts";
import { type Volume, volumeLife } from "./volume/volume.ts";

/** What neighbours may ask of block storage. */
export const blockStorageOffer: BlockStorage = {
  getVolume: async (tx, actor, id) => brief(await visible(joined(tx), actor, id)),
  reserve,
  connect,
  connection,
  attached,
  detaching,
  rollDetaching,
  release,
  isReleased: async (tx, id) => (await findAttachment(joined(tx).db, id)) === undefined,
  createFromImage,
  deleteVolume: removeVolume,
};

async function visible({ db }: Tx<Storage>, actor: Actor, id: string): Promise<Volume> {
  const it = await findVolume(db, id);
  if (it && (it.projectId === actor.projectId || actor.roles.includes("admin"))) return it;
  throw notFound(`Volume ${id} could not be found.`);
}

function brief({ id, name, projectId, gib, status, bootable }: Volume): VolumeBrief {
  return { id, name, projectId, gib, status, bootable, multiattach: false };
}

async function reserve(tx: Join, actor: Actor, volumeId: string, serverId: string): Promise<string> {
  const own = joined(tx);
  const volume = await visible(own, actor, volumeId);
  return (await reserveVolume(own, volume, { serverId, byCompute: true })).id;
}

async function connect(tx: Join, attachmentId: string, host: string): Promise<void> {
  const own = joined(tx);
  const it = await getAttachment(own.db, attachmentId);
  const { busy: status } = attachmentLife.verbs.connect;
  await changeAttachment(own.db, it.id, { host, status, fault: null, connector: { host } });
  await takeVolume(own.db, it.volumeId, { from: ["reserved"], busy: "attaching" }, { updatedAt: tx.now });
  await own.start(connectAttachment, it.id, { volumeId: it.volumeId });
}

async function connection(tx: Join, attachmentId: string): Promise<VolumeConnection | null> {
  const it = await findAttachment(joined(tx).db, attachmentId);
  if (!it) throw new Refused(`The attachment ${attachmentId} does not exist any more.`);
  if (it.fault) throw new Refused(it.fault);
  return it.connection;
}

async function attached(tx: Join, attachmentId: string, device: string): Promise<void> {
  const { db, now } = joined(tx);
  const it = await getAttachment(db, attachmentId);
  const { to: status } = attachmentLife.verbs.connect;
  await changeAttachment(db, it.id, { status, device, attachedAt: it.attachedAt ?? now });
  const from = ["reserved", "attaching", "detaching"];
  await takeVolume(db, it.volumeId, { from, busy: volumeLife.verbs.attach.to }, { updatedAt: now });
}

async function detaching(tx: Join, attachmentId: string): Promise<void> {
  const { db, now } = joined(tx);
  const it = await getAttachment(db, attachmentId);
  await takeVolume(db, it.volumeId, volumeLife.verbs.detach, { updatedAt: now });
}

async function rollDetaching(tx: Join, attachmentId: string): Promise<void> {
  const { db, now } = joined(tx);
  const it = await getAttachment(db, attachmentId);
  await takeVolume(db, it.volumeId, { from: ["detaching"], busy: "in-use" }, { updatedAt: now });
}

async function release(tx: Join, attachmentId: string): Promise<void> {
  const own = joined(tx);
  const it = await findAttachment(own.db, attachmentId);
  if (it) await releaseAttachment(own, it);
}

async function createFromImage(
  tx: Join,
  actor: Actor,
  { imageId, gib, name }: { imageId: string; gib: number; name: string },
): Promise<string> {
  const own = joined(tx);
  const image = await own.needs.image.requireActive(tx, actor, imageId);
  const projectId = actor.projectId ?? "";
  const type = await wishedType(own, actor, projectId);
  const { userId } = actor;
  const it = await createWished(own, { projectId, userId, name, description: "", metadata: {}, gib, type, image });
  return it.id;
}

async function removeVolume(tx: Join, volumeId: string): Promise<void> {
  const own = joined(tx);
  if (!(await findVolume(own.db, volumeId))) return;
  // As in OpenStack: a volume with snapshots outlives its server.
  if ((await listSnapshotsOf(own.db, volumeId)).length > 0) return;
  await own.cancel(volumeId);
  await changeVolume(own.db, volumeId, { status: volumeLife.verbs.delete.busy, updatedAt: tx.now });
  await own.start(deleteVolume, volumeId);
}
