import type { Db } from "#platform/store/db.ts";
import { missingToAll } from "../errors.ts";
import { filtered, ordered } from "../filter.store.ts";
import type { Filters } from "../identity.ts";
import type { IdentityTables } from "../tables.ts";
import type { Endpoint, Region, ServiceEntry } from "./catalog.ts";

type D = Db<IdentityTables>;
type Kinds = { identityRegions: Region; identityServices: ServiceEntry; identityEndpoints: Endpoint };

export const insertRegion = (db: D, it: Region) => db.insertInto("identityRegions").values(row(it)).execute();
export const insertService = (db: D, it: ServiceEntry) => db.insertInto("identityServices").values(row(it)).execute();
export const insertEndpoint = (db: D, it: Endpoint) => db.insertInto("identityEndpoints").values(row(it)).execute();

export function findRegion(db: D, id: string): Promise<Region | undefined> {
  return db.selectFrom("identityRegions").selectAll().where("id", "=", id).executeTakeFirst();
}

export async function getRegion(db: D, id: string): Promise<Region> {
  return (await findRegion(db, id)) ?? fail("region", id);
}

export function findService(db: D, id: string): Promise<ServiceEntry | undefined> {
  return db.selectFrom("identityServices").selectAll().where("id", "=", id).executeTakeFirst();
}

export async function getService(db: D, id: string): Promise<ServiceEntry> {
  return (await findService(db, id)) ?? fail("service", id);
}

export async function getEndpoint(db: D, id: string): Promise<Endpoint> {
  const it = await db.selectFrom("identityEndpoints").selectAll().where("id", "=", id).executeTakeFirst();
  return it ?? fail("endpoint", id);
}

export function listRegions(db: D, query: Filters): Promise<Region[]> {
  const all = db.selectFrom("identityRegions").selectAll();
  return ordered(filtered(all, query, { texts: ["id", "parent_region_id"] }), query, ["id"]).execute();
}

export function listServices(db: D, query: Filters): Promise<ServiceEntry[]> {
  const all = db.selectFrom("identityServices").selectAll();
  return ordered(filtered(all, query, { texts: ["id", "type", "name"], flags: ["enabled"] }), query).execute();
}

export function listEndpoints(db: D, query: Filters): Promise<Endpoint[]> {
  const all = db.selectFrom("identityEndpoints").selectAll();
  const texts = ["id", "interface", "service_id", "region_id"];
  return ordered(filtered(all, query, { texts, flags: ["enabled"] }), query, [
    "service_id",
    "interface",
    "id",
  ]).execute();
}

export async function changeEntry<K extends keyof Kinds>(db: D, table: K, id: string, to: Partial<Kinds[K]>) {
  const set = row(to);
  if (Object.keys(set).length === 0) return;
  // biome-ignore lint/suspicious/noExplicitAny: one query for three tables of one shape
  const any = db as Db<any>;
  await any
    .updateTable(table as string)
    .set(set)
    .where("id", "=", id)
    .execute();
}

export async function deleteEntry(db: D, table: keyof Kinds, id: string) {
  await db.deleteFrom(table).where("id", "=", id).execute();
}

/** Whether endpoints are in the region, or regions below it. */
export async function isRegionUsed(db: D, id: string): Promise<boolean> {
  const endpoint = await db
    .selectFrom("identityEndpoints")
    .select("id")
    .where("regionId", "=", id)
    .limit(1)
    .executeTakeFirst();
  const region = await db
    .selectFrom("identityRegions")
    .select("id")
    .where("parentRegionId", "=", id)
    .limit(1)
    .executeTakeFirst();
  return endpoint !== undefined || region !== undefined;
}

function row<T extends { readonly extra?: object }>({ extra, ...plain }: T) {
  return { ...plain, ...(extra && { extra: JSON.stringify(extra) }) } as Omit<T, "extra"> & { extra: string };
}

function fail(what: string, id: string): never {
  throw missingToAll(what, id);
}
