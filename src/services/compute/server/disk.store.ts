import { type SelectQueryBuilder, sql } from "kysely";
import type { Db } from "#platform/store/db.ts";
import type { ComputeTables } from "../tables.ts";
import type { ServerDisk, ShownVolume } from "./disk.ts";

type Disks = Db<ComputeTables>;

export async function insertDisk(db: Disks, it: ServerDisk): Promise<void> {
  await db.insertInto("computeServerDisks").values(it).execute();
}

/** A server's volumes, the root first, then by device. */
export function listDisks(db: Disks, serverId: string): Promise<ServerDisk[]> {
  return inOrder(db.selectFrom("computeServerDisks")).selectAll().where("serverId", "=", serverId).execute();
}

/** What lists say of the volumes of many servers. */
export async function volumesOf(db: Disks, serverIds: readonly string[]): Promise<ReadonlyMap<string, ShownVolume[]>> {
  if (serverIds.length === 0) return new Map();
  const rows = await inOrder(db.selectFrom("computeServerDisks"))
    .select(["serverId", "volumeId", "deleteOnTermination"])
    .where(sql<boolean>`server_id = any(${serverIds})`)
    .execute();
  return Map.groupBy(rows, (it) => it.serverId);
}

function inOrder(disks: SelectQueryBuilder<ComputeTables, "computeServerDisks", object>) {
  return disks.orderBy("bootIndex", (way) => way.asc().nullsLast()).orderBy("device");
}

export function findDiskOfVolume(db: Disks, serverId: string, volumeId: string): Promise<ServerDisk | undefined> {
  const its = db.selectFrom("computeServerDisks").selectAll().where("serverId", "=", serverId);
  return its.where("volumeId", "=", volumeId).executeTakeFirst();
}

export async function changeDisk(db: Disks, id: string, to: Partial<ServerDisk>): Promise<void> {
  await db.updateTable("computeServerDisks").set(to).where("id", "=", id).execute();
}

export async function deleteDisk(db: Disks, id: string): Promise<void> {
  await db.deleteFrom("computeServerDisks").where("id", "=", id).execute();
}
