import { sql } from "kysely";
import type { Db } from "#platform/store/db.ts";
import type { ComputeTables } from "../tables.ts";
import type { ServerDisk } from "./disk.ts";

type Disks = Db<ComputeTables>;

export async function insertDisk(db: Disks, it: ServerDisk): Promise<void> {
  await db.insertInto("computeServerDisks").values(it).execute();
}

/** A server's volumes, the root first, then by device. */
export async function listDisks(db: Disks, serverId: string): Promise<ServerDisk[]> {
  return (await disksOf(db, [serverId])).get(serverId) ?? [];
}

/** The same for many servers in one query. */
export async function disksOf(db: Disks, serverIds: readonly string[]): Promise<ReadonlyMap<string, ServerDisk[]>> {
  if (serverIds.length === 0) return new Map();
  const rows = await db
    .selectFrom("computeServerDisks")
    .selectAll()
    .where(sql<boolean>`server_id = any(${serverIds})`)
    .orderBy("bootIndex", (way) => way.asc().nullsLast())
    .orderBy("device")
    .execute();
  return Map.groupBy(rows, (it) => it.serverId);
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
