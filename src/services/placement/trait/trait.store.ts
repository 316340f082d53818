import type { Db } from "#platform/store/db.ts";
import type { CustomName } from "../resource-class/resource-class.ts";
import type { PlacementTables } from "../tables.ts";
import type { ProviderTrait } from "./trait.ts";

type Tables = Db<PlacementTables>;

export function listCustomTraits(db: Tables): Promise<CustomName[]> {
  return db.selectFrom("placementTraits").selectAll().orderBy("name").execute();
}

export function findCustomTrait(db: Tables, name: string): Promise<CustomName | undefined> {
  return db.selectFrom("placementTraits").selectAll().where("name", "=", name).executeTakeFirst();
}

/** Says whether it was new. */
export async function insertTrait(db: Tables, it: CustomName): Promise<boolean> {
  const done = await db
    .insertInto("placementTraits")
    .values(it)
    .onConflict((found) => found.doNothing())
    .executeTakeFirst();
  return done.numInsertedOrUpdatedRows === 1n;
}

export async function deleteTrait(db: Tables, name: string) {
  await db.deleteFrom("placementTraits").where("name", "=", name).execute();
}

export function listProviderTraits(db: Tables, providerIds: readonly string[]): Promise<ProviderTrait[]> {
  if (!providerIds.length) return Promise.resolve([]);
  return db
    .selectFrom("placementProviderTraits")
    .selectAll()
    .where("providerId", "in", providerIds)
    .orderBy("trait")
    .execute();
}

/** The names of traits that some provider has. */
export async function listUsedTraits(db: Tables): Promise<string[]> {
  const rows = await db.selectFrom("placementProviderTraits").select("trait").distinct().execute();
  return rows.map(({ trait }) => trait);
}

/** Makes the provider's traits be these. */
export async function replaceTraits(db: Tables, providerId: string, traits: readonly string[]) {
  await db.deleteFrom("placementProviderTraits").where("providerId", "=", providerId).execute();
  if (!traits.length) return;
  const rows = [...new Set(traits)].map((trait) => ({ providerId, trait }));
  await db.insertInto("placementProviderTraits").values(rows).execute();
}
