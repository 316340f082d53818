import { badRequest } from "#platform/api/errors.ts";
import type { Tx } from "#platform/service/kit.ts";
import type { Storage } from "../kit.ts";
import { takeRoom } from "../quota/quota.store.ts";
import { changeSnapshot, listSnapshotsOf } from "../snapshot/snapshot.store.ts";
import type { Snapshot } from "../snapshot/snapshot.ts";
import { sameType } from "../volume/volume.creation.ts";
import { getVolume, takeVolume } from "../volume/volume.store.ts";
import type { Transfer } from "./transfer.ts";

/** Snapshots go with their volume: one without the other could never be deleted. */
export function requireReady(snapshots: readonly Snapshot[], noSnapshots: boolean) {
  if (noSnapshots && snapshots.length > 0)
    throw badRequest("Invalid volume: A volume with snapshots is transferred with them.");
  const busy = snapshots.find(({ status }) => status !== "available");
  if (busy) throw badRequest(`Invalid snapshot: snapshot: ${busy.id} status must be available`);
}

/** Gives the volume and its snapshots to another project, within that project's quota. */
export async function hand(tx: Tx<Storage>, { volumeId }: Transfer, to: { projectId: string; userId: string }) {
  const volume = await getVolume(tx.db, volumeId);
  const snapshots = await listSnapshotsOf(tx.db, volumeId);
  const gigabytes = volume.gib + snapshots.reduce((sum, { gib }) => sum + gib, 0);
  const asked = { volumes: 1, snapshots: snapshots.length, gigabytes };
  if (to.projectId !== volume.projectId) await takeRoom(tx, to.projectId, await sameType(tx, volume), asked);
  const from = ["awaiting-transfer"];
  if (!(await takeVolume(tx.db, volumeId, { from, busy: "available" }, { ...to, updatedAt: tx.now })))
    throw badRequest("Invalid volume: status must be awaiting-transfer");
  for (const { id } of snapshots) await changeSnapshot(tx.db, id, { ...to, updatedAt: tx.now });
}
