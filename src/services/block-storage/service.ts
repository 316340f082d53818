import { faultBody } from "#platform/api/fault.ts";
import { type Service, service, type World } from "#platform/service/kit.ts";
import { attachmentRoutes } from "./attachment/attachment.api.ts";
import { listAttachmentsOf } from "./attachment/attachment.store.ts";
import { attachmentLife } from "./attachment/attachment.ts";
import { connectAttachment } from "./attachment/connect.saga.ts";
import { disconnectAttachment } from "./attachment/disconnect.saga.ts";
import { serveConnected } from "./attachment/serve.loop.ts";
import { told } from "./events.ts";
import type { Storage } from "./kit.ts";
import { blockStorageOffer } from "./offer.ts";
import { placeRoutes } from "./place/place.api.ts";
import { versionRoutes } from "./place/version.api.ts";
import { limitRoutes } from "./quota/limits.api.ts";
import { quotaRoutes } from "./quota/quota.api.ts";
import { createSnapshot } from "./snapshot/create.saga.ts";
import { deleteSnapshot } from "./snapshot/delete.saga.ts";
import { snapshotActions } from "./snapshot/snapshot.actions.api.ts";
import { snapshotRoutes } from "./snapshot/snapshot.api.ts";
import { snapshotMetadataRoutes } from "./snapshot/snapshot.metadata.api.ts";
import { listSnapshotIds } from "./snapshot/snapshot.store.ts";
import { snapshotLife } from "./snapshot/snapshot.ts";
import { transferRoutes } from "./transfer/transfer.api.ts";
import { versions } from "./versions.ts";
import { createVolume } from "./volume/create.saga.ts";
import { deleteVolume } from "./volume/delete.saga.ts";
import { extendVolume } from "./volume/extend.saga.ts";
import { volumeActions } from "./volume/volume.actions.api.ts";
import { volumeRoutes } from "./volume/volume.api.ts";
import { volumeAttachActions } from "./volume/volume.attach.api.ts";
import { volumeListRoutes } from "./volume/volume.list.api.ts";
import { volumeMetadataRoutes } from "./volume/volume.metadata.api.ts";
import { listVolumeIds } from "./volume/volume.store.ts";
import { volumeLife } from "./volume/volume.ts";
import { accessRoutes } from "./volume-type/access.api.ts";
import { defaultTypeRoutes } from "./volume-type/default-type.api.ts";
import { extraSpecRoutes } from "./volume-type/extra-spec.api.ts";
import { typeRoutes } from "./volume-type/volume-type.api.ts";

/** Volumes that servers attach, and their snapshots. */
export const blockStorage: Service<Storage> = service<Storage>({
  type: "block-storage",
  mounts: ["/volume"],
  root: "/v3",
  projectInPath: true,
  versions,
  versionHeader: { name: "volume" },
  routes: [
    ...versionRoutes,
    ...volumeListRoutes,
    ...volumeRoutes,
    ...volumeActions,
    ...volumeAttachActions,
    ...volumeMetadataRoutes,
    ...snapshotRoutes,
    ...snapshotActions,
    ...transferRoutes,
    ...snapshotMetadataRoutes,
    ...attachmentRoutes,
    ...typeRoutes,
    ...extraSpecRoutes,
    ...accessRoutes,
    ...defaultTypeRoutes,
    ...quotaRoutes,
    ...limitRoutes,
    ...placeRoutes,
  ],
  sagas: [
    ...[createVolume, deleteVolume, extendVolume],
    ...[createSnapshot, deleteSnapshot],
    ...[connectAttachment, disconnectAttachment],
  ],
  loops: [serveConnected],
  lives: [volumeLife, snapshotLife, attachmentLife],
  migrations: new URL("./migrations/", import.meta.url),
  offer: { blockStorage: blockStorageOffer },
  tells: told,
  error: faultBody,
  leftovers,
});

/** Whatever the storage holds for the sake of a volume or snapshot that has no row, or serves without an attachment. */
async function leftovers({ db, driver }: World<Storage>) {
  const traces = await driver.traces();
  const rows = [...(await listVolumeIds(db)), ...(await listSnapshotIds(db))];
  const known = new Set(rows.map(({ id }) => id));
  const held = new Set(
    (
      await listAttachmentsOf(
        db,
        traces.map(({ subject }) => subject),
      )
    ).map((it) => it.volumeId),
  );
  return traces.filter(({ kind, subject }) => (kind.includes("connection") ? !held.has(subject) : !known.has(subject)));
}
