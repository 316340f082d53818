import { sql } from "kysely";
import { notFound } from "#platform/api/errors.ts";
import type { Db } from "#platform/store/db.ts";
import { amongProjects } from "#platform/store/projects.ts";
import type { BlockStorageTables } from "../tables.ts";
import type { Snapshot } from "./snapshot.ts";

type Tables = Db<BlockStorageTables>;

export function insertSnapshot(db: Tables, it: Snapshot) {
  return db.insertInto("blockStorageSnapshots").values(it).execute();
}

export function findSnapshot(db: Tables, id: string): Promise<Snapshot | undefined> {
  return db.selectFrom("blockStorageSnapshots").selectAll().where("id", "=", id).executeTakeFirst();
}

export async function getSnapshot(db: Tables, id: string): Promise<Snapshot> {
  const it = await findSnapshot(db, id);
  if (!it) throw notFound(`Snapshot ${id} could not be found.`);
  return it;
}

export async function changeSnapshot(db: Tables, id: string, to: Partial<Snapshot>) {
  await db.updateTable("blockStorageSnapshots").set(to).where("id", "=", id).execute();
}

/** One guarded update, so that of two callers only one gets the snapshot. */
export async function takeSnapshot(db: Tables, id: string, from: readonly string[], busy: string): Promise<boolean> {
  const taken = await db
    .updateTable("blockStorageSnapshots")
    .set({ status: busy })
    .where("id", "=", id)
    .where("status", "in", from)
    .executeTakeFirst();
  return taken.numUpdatedRows === 1n;
}

export function deleteSnapshotRow(db: Tables, id: string) {
  return db.deleteFrom("blockStorageSnapshots").where("id", "=", id).execute();
}

export function listSnapshotsOf(db: Tables, volumeId: string): Promise<Snapshot[]> {
  return db.selectFrom("blockStorageSnapshots").selectAll().where("volumeId", "=", volumeId).execute();
}

export function listSnapshotIds(db: Tables): Promise<{ id: string }[]> {
  return db.selectFrom("blockStorageSnapshots").select("id").execute();
}

/** Snapshots and GiB of a project, by their volumes' type: what quotas count. */
export function snapshotUse(db: Tables, projectIds: readonly string[]) {
  return db
    .selectFrom("blockStorageSnapshots as s")
    .innerJoin("blockStorageVolumes as v", "v.id", "s.volumeId")
    .select((eb) => [
      "v.typeId",
      sql<number>`count(*)::int`.as("count"),
      sql<number>`sum(${eb.ref("s.gib")})::bigint`.as("gib"),
    ])
    .where(amongProjects(projectIds, "s.project_id"))
    .groupBy("v.typeId")
    .execute();
}
