import { sql, type Updateable } from "kysely";
import type { Db } from "#platform/store/db.ts";
import type { ComputeTables } from "../tables.ts";
import type { ComputeHost } from "./host.ts";

type Hosts = Db<ComputeTables>;

export function listHosts(db: Hosts): Promise<ComputeHost[]> {
  return db.selectFrom("computeHosts").selectAll().orderBy("number").execute();
}

export function findHost(db: Hosts, name: string): Promise<ComputeHost | undefined> {
  return db.selectFrom("computeHosts").selectAll().where("name", "=", name).executeTakeFirst();
}

/** By uuid, or by the number of the versions before 2.53. */
export function findHostById(db: Hosts, id: string): Promise<ComputeHost | undefined> {
  const its = db.selectFrom("computeHosts").selectAll();
  const mine = /^\d{1,9}$/.test(id) ? its.where("number", "=", Number(id)) : its.where(sql<boolean>`id::text = ${id}`);
  return mine.executeTakeFirst();
}

/** Makes the row, or makes it be as reported; what administrators set stays. */
export async function saveHost(db: Hosts, host: Omit<ComputeHost, "number"> & { number?: number }): Promise<void> {
  const { number: _number, ...it } = host;
  const row = { ...it, cpuInfo: JSON.stringify(it.cpuInfo), traits: JSON.stringify(it.traits) };
  const { id: _id, name: _name, zone: _zone, createdAt: _made, ...news } = row;
  const { disabled: _off, disabledReason: _why, forcedDown: _down, ...reported } = news;
  await db
    .insertInto("computeHosts")
    .values(row as never)
    .onConflict((clash) => clash.column("name").doUpdateSet(reported as Updateable<ComputeTables["computeHosts"]>))
    .execute();
}

export async function changeHost(
  db: Hosts,
  id: string,
  to: Partial<Pick<ComputeHost, "disabled" | "disabledReason" | "forcedDown" | "seenAt" | "updatedAt">>,
): Promise<void> {
  await db.updateTable("computeHosts").set(to).where("id", "=", id).execute();
}

export async function deleteHost(db: Hosts, id: string): Promise<void> {
  await db.deleteFrom("computeHosts").where("id", "=", id).execute();
}
