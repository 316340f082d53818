import { sql } from "kysely";
import type { Db } from "#platform/store/db.ts";
import { missingToAll } from "../errors.ts";
import { filtered, ordered } from "../filter.store.ts";
import type { Filters } from "../identity.ts";
import type { IdentityTables } from "../tables.ts";
import {
  type Catalog,
  type Endpoint,
  type Region,
  type SeenEndpoint,
  type ServiceEntry,
  seenCatalog,
} from "./catalog.ts";

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

export function listEndpoints(db: D, query: Filters, { shared = false } = {}): Promise<Endpoint[]> {
  const every = db.selectFrom("identityEndpoints").selectAll();
  const all = shared ? every.where("projectId", "is", null) : every;
  const texts = ["id", "interface", "service_id", "region_id", "project_id"];
  return ordered(filtered(all, query, { texts, flags: ["enabled"] }), query, [
    "service_id",
    "interface",
    "id",
  ]).execute();
}

/**
 * The catalogue as a project sees it (or who has none): what endpoint filters let it see, or everything where there are none;
 * and its own endpoints.
 */
export async function readCatalog(db: D, projectId?: string): Promise<Catalog> {
  const ofServices = listServices(db, {});
  if (projectId === undefined) {
    const [services, endpoints] = await Promise.all([ofServices, listEndpoints(db, {}, { shared: true })]);
    return { services, endpoints };
  }
  const ofEndpoints = sql<SeenEndpoint & { narrowed: boolean }>`
    with recursive above (id, depth) as (
      select ${projectId}::text, 0
      union all select p.parent_id, above.depth + 1 from identity_projects p join above on p.id = above.id
      where p.parent_id is not null
    ), chosen (id) as (
      select endpoint_id from identity_project_endpoints where project_id = ${projectId}
      union select e.id from identity_endpoint_group_projects gp
      join identity_endpoint_groups g on g.id = gp.endpoint_group_id
      join identity_endpoints e on ${inGroup} where gp.project_id = ${projectId}
    ), narrow (it) as (select exists (select from chosen)
    ) select e.*, above.depth, narrow.it as narrowed from identity_endpoints e cross join narrow
      left join above on above.id = e.project_id
      where above.id is not null or (e.project_id is null and (not narrow.it or e.id in (select id from chosen)))
      order by e.service_id, e.interface, e.id`.execute(db);
  const [services, { rows }] = await Promise.all([ofServices, ofEndpoints]);
  return seenCatalog(
    services,
    rows,
    rows.some((it) => it.narrowed),
  );
}

/** That the endpoint e fits the filters of the group g. */
export const inGroup = sql<boolean>`coalesce(g.filters ->> 'service_id' = e.service_id, true)
  and (not g.filters ? 'region_id' or g.filters ->> 'region_id' is not distinct from e.region_id)
  and coalesce(g.filters ->> 'interface' = e.interface, true)`;

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
