import { sql } from "kysely";
import { notFound } from "#platform/api/errors.ts";
import type { Db } from "#platform/store/db.ts";
import { paged, type Sort } from "#platform/store/page.ts";
import type { ComputeTables } from "../tables.ts";
import type { Flavor, FlavorAccess, Sight } from "./flavor.ts";

type Flavors = Db<ComputeTables>;

export interface FlavorsAsked {
  readonly sight: Sight;
  /** Null: public and private ones. */
  readonly isPublic: boolean | null;
  readonly minRam: number;
  readonly minDisk: number;
  readonly sort: readonly Sort[];
  readonly after: Flavor | undefined;
  readonly limit: number;
}

export function listFlavors(db: Flavors, ask: FlavorsAsked): Promise<Flavor[]> {
  const its = listed(db, ask).where("memoryMib", ">=", ask.minRam).where("diskGib", ">=", ask.minDisk);
  return paged(its, ask).execute();
}

/** A flavor that the asker may see; throws Nova's 404. */
export async function getFlavor(db: Flavors, id: string, sight: Sight): Promise<Flavor> {
  const it = await findFlavor(db, id, sight);
  if (!it) throw notFound(`Flavor ${id} could not be found.`);
  return it;
}

export function findFlavor(db: Flavors, id: string, { everything, projectId }: Sight): Promise<Flavor | undefined> {
  const its = db.selectFrom("computeFlavors").selectAll().where("id", "=", id);
  return (everything ? its : its.where(usableBy(projectId))).executeTakeFirst();
}

export function findFlavorByName(db: Flavors, name: string): Promise<Flavor | undefined> {
  return db.selectFrom("computeFlavors").selectAll().where("name", "=", name).executeTakeFirst();
}

/** Says whether it is in; not when another took its id or name first. */
export async function insertFlavor(db: Flavors, it: Flavor): Promise<boolean> {
  const row = { ...it, extraSpecs: JSON.stringify(it.extraSpecs) };
  const done = await db
    .insertInto("computeFlavors")
    .values(row)
    .onConflict((c) => c.doNothing())
    .executeTakeFirst();
  return done.numInsertedOrUpdatedRows === 1n;
}

export async function describeFlavor(db: Flavors, id: string, description: string | null, now: string): Promise<void> {
  await db.updateTable("computeFlavors").set({ description, updatedAt: now }).where("id", "=", id).execute();
}

export async function deleteFlavor(db: Flavors, id: string): Promise<void> {
  await db.deleteFrom("computeFlavors").where("id", "=", id).execute();
}

/** Adds and replaces in one statement, so that of two writers neither loses the other's keys. */
export async function mergeSpecs(db: Flavors, id: string, specs: Record<string, string>): Promise<void> {
  const extraSpecs = sql<string>`extra_specs || ${JSON.stringify(specs)}::jsonb`;
  await db.updateTable("computeFlavors").set({ extraSpecs }).where("id", "=", id).execute();
}

export async function dropSpec(db: Flavors, id: string, key: string): Promise<void> {
  const extraSpecs = sql<string>`extra_specs - ${key}::text`;
  await db.updateTable("computeFlavors").set({ extraSpecs }).where("id", "=", id).execute();
}

export function listAccess(db: Flavors, flavorId: string): Promise<FlavorAccess[]> {
  const its = db.selectFrom("computeFlavorAccess").selectAll().where("flavorId", "=", flavorId);
  return its.orderBy("projectId").execute();
}

/** Says whether the project did not have it yet. */
export async function grantAccess(db: Flavors, it: FlavorAccess): Promise<boolean> {
  const done = await db
    .insertInto("computeFlavorAccess")
    .values(it)
    .onConflict((c) => c.doNothing())
    .executeTakeFirst();
  return done.numInsertedOrUpdatedRows === 1n;
}

/** Says whether the project had it. */
export async function revokeAccess(db: Flavors, { flavorId, projectId }: FlavorAccess): Promise<boolean> {
  const its = db.deleteFrom("computeFlavorAccess").where("flavorId", "=", flavorId);
  return (await its.where("projectId", "=", projectId).executeTakeFirst()).numDeletedRows === 1n;
}

/** The public ones with what the project was given; the private ones; or all. */
function listed(db: Flavors, { sight, isPublic }: FlavorsAsked) {
  const its = db.selectFrom("computeFlavors").selectAll();
  const open = sight.everything ? its : its.where("disabled", "=", false);
  if (isPublic === null) return open;
  return isPublic ? open.where(usableBy(sight.projectId)) : open.where("isPublic", "=", false);
}

function usableBy(projectId: string | null) {
  return sql<boolean>`(is_public or exists (
    select from compute_flavor_access a where a.flavor_id = compute_flavors.id and a.project_id = ${projectId}))`;
}
