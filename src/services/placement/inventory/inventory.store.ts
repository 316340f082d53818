import type { Db } from "#platform/store/db.ts";
import type { PlacementTables } from "../tables.ts";
import type { Inventory } from "./inventory.ts";

type Tables = Db<PlacementTables>;

export function listInventories(db: Tables, providerIds: readonly string[]): Promise<Inventory[]> {
  if (!providerIds.length) return Promise.resolve([]);
  return db
    .selectFrom("placementInventories")
    .selectAll()
    .where("providerId", "in", providerIds)
    .orderBy("resourceClass")
    .execute();
}

export function findInventory(db: Tables, providerId: string, name: string): Promise<Inventory | undefined> {
  return db
    .selectFrom("placementInventories")
    .selectAll()
    .where("providerId", "=", providerId)
    .where("resourceClass", "=", name)
    .executeTakeFirst();
}

/** Writes an inventory over whatever was there of its class. */
export async function putInventory(db: Tables, it: Inventory) {
  const { providerId: _, resourceClass: __, ...amounts } = it;
  await db
    .insertInto("placementInventories")
    .values(it)
    .onConflict((found) => found.columns(["providerId", "resourceClass"]).doUpdateSet(amounts))
    .execute();
}

export async function dropInventories(db: Tables, providerId: string, names: readonly string[]) {
  if (!names.length) return;
  await db
    .deleteFrom("placementInventories")
    .where("providerId", "=", providerId)
    .where("resourceClass", "in", names)
    .execute();
}

export async function isClassInInventory(db: Tables, name: string): Promise<boolean> {
  const found = await db
    .selectFrom("placementInventories")
    .select("providerId")
    .where("resourceClass", "=", name)
    .limit(1)
    .executeTakeFirst();
  return found !== undefined;
}
