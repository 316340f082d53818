import { sql } from "kysely";
import { notFound } from "#platform/api/errors.ts";
import type { Verb } from "#platform/service/life.ts";
import type { Db } from "#platform/store/db.ts";
import { amongProjects } from "#platform/store/projects.ts";
import type { BlockStorageTables } from "../tables.ts";
import type { Volume } from "./volume.ts";

type Tables = Db<BlockStorageTables>;

export function insertVolume(db: Tables, it: Volume) {
  return db.insertInto("blockStorageVolumes").values(it).execute();
}

export function findVolume(db: Tables, id: string): Promise<Volume | undefined> {
  return db.selectFrom("blockStorageVolumes").selectAll().where("id", "=", id).executeTakeFirst();
}

export async function getVolume(db: Tables, id: string): Promise<Volume> {
  const it = await findVolume(db, id);
  if (!it) throw notFound(`Volume ${id} could not be found.`);
  return it;
}

export async function changeVolume(db: Tables, id: string, to: Partial<Volume>) {
  await db.updateTable("blockStorageVolumes").set(to).where("id", "=", id).execute();
}

/** One guarded update, so that of two callers only one gets the volume. It is not had where it was given another size meanwhile. */
export async function takeVolume(
  db: Tables,
  id: string,
  { from, busy }: Pick<Verb<string>, "from" | "busy">,
  more: Partial<Volume> = {},
): Promise<boolean> {
  const taken = await db
    .updateTable("blockStorageVolumes")
    .set({ ...more, status: busy })
    .where("id", "=", id)
    .where("status", "in", from)
    .$if(more.growingTo != null, (q) => q.where("gib", "<", more.growingTo!))
    .executeTakeFirst();
  return taken.numUpdatedRows === 1n;
}

export function deleteVolumeRow(db: Tables, id: string) {
  return db.deleteFrom("blockStorageVolumes").where("id", "=", id).execute();
}

export function listVolumeIds(db: Tables): Promise<{ id: string }[]> {
  return db.selectFrom("blockStorageVolumes").select("id").execute();
}

/** Volumes and GiB of a project, by type: what quotas count. */
export function volumeUse(db: Tables, projectIds: readonly string[]) {
  return db
    .selectFrom("blockStorageVolumes")
    .select((eb) => [
      "typeId",
      sql<number>`count(*)::int`.as("count"),
      sql<number>`sum(coalesce(${eb.ref("growingTo")}, ${eb.ref("gib")}))::bigint`.as("gib"),
    ])
    .where(amongProjects(projectIds))
    .groupBy("typeId")
    .execute();
}
