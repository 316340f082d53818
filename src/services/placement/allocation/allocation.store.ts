import type { Db } from "#platform/store/db.ts";
import type { PlacementTables } from "../tables.ts";
import type { Allocation, Consumer } from "./allocation.ts";

type Tables = Db<PlacementTables>;

export function findConsumer(db: Tables, id: string): Promise<Consumer | undefined> {
  return db.selectFrom("placementConsumers").selectAll().where("id", "=", id).executeTakeFirst();
}

/** Holds the consumer against other writers of its allocations. */
export function lockConsumer(db: Tables, id: string): Promise<Consumer | undefined> {
  return db.selectFrom("placementConsumers").selectAll().where("id", "=", id).forUpdate().executeTakeFirst();
}

/** Writes the consumer; false if another one has just made it. */
export async function insertConsumer(db: Tables, it: Consumer): Promise<boolean> {
  const done = await db
    .insertInto("placementConsumers")
    .values(it)
    .onConflict((found) => found.doNothing())
    .executeTakeFirst();
  return done.numInsertedOrUpdatedRows === 1n;
}

export async function changeConsumer(db: Tables, id: string, to: Partial<Consumer>) {
  await db.updateTable("placementConsumers").set(to).where("id", "=", id).execute();
}

/** The consumer and all that it has taken. */
export async function deleteConsumer(db: Tables, id: string) {
  await db.deleteFrom("placementConsumers").where("id", "=", id).execute();
}

export async function listConsumerIds(db: Tables): Promise<string[]> {
  const rows = await db.selectFrom("placementConsumers").select("id").orderBy("id").execute();
  return rows.map(({ id }) => id);
}

export function listConsumers(db: Tables, ids: readonly string[]): Promise<Consumer[]> {
  if (!ids.length) return Promise.resolve([]);
  return db.selectFrom("placementConsumers").selectAll().where("id", "in", ids).execute();
}

export function allocationsOf(db: Tables, consumerId: string): Promise<Allocation[]> {
  return db
    .selectFrom("placementAllocations")
    .selectAll()
    .where("consumerId", "=", consumerId)
    .orderBy("providerId")
    .orderBy("resourceClass")
    .execute();
}

export function allocationsOn(db: Tables, providerId: string): Promise<Allocation[]> {
  return db
    .selectFrom("placementAllocations")
    .selectAll()
    .where("providerId", "=", providerId)
    .orderBy("consumerId")
    .orderBy("resourceClass")
    .execute();
}

export async function insertAllocations(db: Tables, rows: readonly Allocation[]) {
  if (rows.length)
    await db
      .insertInto("placementAllocations")
      .values([...rows])
      .execute();
}

export async function deleteAllocations(db: Tables, consumerId: string) {
  await db.deleteFrom("placementAllocations").where("consumerId", "=", consumerId).execute();
}
