import { badRequest } from "#platform/api/errors.ts";
import type { Db } from "#platform/store/db.ts";
import type { PlacementTables } from "../tables.ts";
import { type CustomName, standardClasses } from "./resource-class.ts";

type Tables = Db<PlacementTables>;

export function listCustomClasses(db: Tables): Promise<CustomName[]> {
  return db.selectFrom("placementResourceClasses").selectAll().orderBy("name").execute();
}

export function findCustomClass(db: Tables, name: string): Promise<CustomName | undefined> {
  return db.selectFrom("placementResourceClasses").selectAll().where("name", "=", name).executeTakeFirst();
}

/** Says whether it was new. */
export async function insertClass(db: Tables, it: CustomName): Promise<boolean> {
  const done = await db
    .insertInto("placementResourceClasses")
    .values(it)
    .onConflict((found) => found.doNothing())
    .executeTakeFirst();
  return done.numInsertedOrUpdatedRows === 1n;
}

export async function renameClass(db: Tables, name: string, to: string) {
  await db.updateTable("placementResourceClasses").set({ name: to }).where("name", "=", name).execute();
}

export async function deleteClass(db: Tables, name: string) {
  await db.deleteFrom("placementResourceClasses").where("name", "=", name).execute();
}

/** 400 if one of the names is no resource class. */
export async function requireClasses(db: Tables, names: readonly string[]) {
  const custom = new Set((await listCustomClasses(db)).map(({ name }) => name));
  const unknown = names.find((name) => !standardClasses.includes(name) && !custom.has(name));
  if (unknown !== undefined)
    throw badRequest(`Unknown resource class in inventory: No such resource class ${unknown}.`);
}
