import { conflict, notFound } from "#platform/api/errors.ts";
import type { Db } from "#platform/store/db.ts";
import type { PlacementTables } from "../tables.ts";
import type { Provider } from "./provider.ts";

type Tables = Db<PlacementTables>;

export function insertProvider(db: Tables, it: Provider) {
  return db.insertInto("placementProviders").values(it).execute();
}

export function findProvider(db: Tables, id: string): Promise<Provider | undefined> {
  return db.selectFrom("placementProviders").selectAll().where("id", "=", id).executeTakeFirst();
}

export async function getProvider(db: Tables, id: string): Promise<Provider> {
  const it = await findProvider(db, id);
  if (!it) throw notFound(`No resource provider with uuid ${id} found`);
  return it;
}

export function findProviderByName(db: Tables, name: string): Promise<Provider | undefined> {
  return db.selectFrom("placementProviders").selectAll().where("name", "=", name).executeTakeFirst();
}

export function listProviders(db: Tables): Promise<Provider[]> {
  return db.selectFrom("placementProviders").selectAll().orderBy("name").execute();
}

export function listProvidersOf(db: Tables, ids: readonly string[]): Promise<Provider[]> {
  if (!ids.length) return Promise.resolve([]);
  return db.selectFrom("placementProviders").selectAll().where("id", "in", ids).orderBy("id").execute();
}

export function listChildren(db: Tables, parentId: string): Promise<Provider[]> {
  return db.selectFrom("placementProviders").selectAll().where("parentId", "=", parentId).execute();
}

/** Holds providers against every other claim; always in the order of their ids, so that two claims cannot wait for each other. */
export async function lockProviders(db: Tables, ids?: readonly string[]): Promise<Provider[]> {
  let rows = db.selectFrom("placementProviders").selectAll().orderBy("id").forNoKeyUpdate();
  if (ids) rows = rows.where("id", "in", ids.length ? ids : [""]);
  return rows.execute();
}

/** Holds root providers that could be taken, by name where only some may. */
export async function lockHosts(db: Tables, names?: readonly string[]): Promise<Provider[]> {
  let rows = db
    .selectFrom("placementProviders")
    .selectAll()
    .where("parentId", "is", null)
    .orderBy("id")
    .forNoKeyUpdate();
  if (names) rows = rows.where("name", "in", names.length ? names : [""]);
  return rows.execute();
}

export async function changeProvider(db: Tables, id: string, to: Partial<Provider>) {
  await db.updateTable("placementProviders").set(to).where("id", "=", id).execute();
}

/** The next generation, for who has read the present one; 409 for all others. */
export async function advance(db: Tables, it: Provider, expected: number, now: string): Promise<number> {
  const done = await db
    .updateTable("placementProviders")
    .set({ generation: expected + 1, updatedAt: now })
    .where("id", "=", it.id)
    .where("generation", "=", expected)
    .executeTakeFirst();
  if (done.numUpdatedRows !== 1n)
    throw conflict("resource provider generation conflict", "placement.concurrent_update");
  return expected + 1;
}

export async function bump(db: Tables, ids: readonly string[], now: string) {
  if (!ids.length) return;
  await db
    .updateTable("placementProviders")
    .set((eb) => ({ generation: eb("generation", "+", 1), updatedAt: now }))
    .where("id", "in", ids)
    .execute();
}

export async function deleteProvider(db: Tables, id: string) {
  await db.deleteFrom("placementProviders").where("id", "=", id).execute();
}
