import { sql } from "kysely";
import { notFound } from "#platform/api/errors.ts";
import type { Db } from "#platform/store/db.ts";
import { QUOTA_DEFAULT } from "#platform/store/quota.ts";
import { type Filters, UNVEILED } from "../identity.ts";
import type { IdentityTables } from "../tables.ts";
import type { Quota, RegisteredLimit } from "./limit.ts";

type D = Db<IdentityTables>;

/** A registered limit with the quota that holds its amount. */
export type Registered = RegisteredLimit & { readonly quota: Quota };
type Row = RegisteredLimit & { readonly quotaService: string; readonly quotaResource: string };

const registered = sql`
  select r.*, coalesce(q.amount, -1) as default_limit from identity_registered_limits r
  left join platform_quotas q
    on q.service = r.quota_service and q.resource = r.quota_resource and q.project_id = ${QUOTA_DEFAULT}`;

export async function listRegistered(db: D, query: Filters): Promise<Registered[]> {
  const all = [sql`true`];
  for (const key of ["service_id", "region_id", "resource_name"]) {
    const value = [query[key]].flat().at(-1);
    if (value !== undefined) all.push(sql`${sql.ref(key)} = ${value}`);
  }
  const found = await sql<Row>`
    select * from (${registered}) it where ${sql.join(all, sql` and `)} order by resource_name, id`.execute(db);
  return found.rows.map(withQuota);
}

export async function getRegistered(db: D, id: string): Promise<Registered> {
  const found = await sql<Row>`select * from (${registered}) it where id = ${id}`.execute(db);
  if (!found.rows[0]) throw notFound(`Could not find registered limit for ${id}.`, UNVEILED);
  return withQuota(found.rows[0]);
}

interface Name {
  readonly serviceId: string;
  readonly regionId: string | null;
  readonly resourceName: string;
}

export async function findRegistered(db: D, { serviceId, regionId, resourceName }: Name) {
  const found = await sql<Row>`
    select * from (${registered}) it where service_id = ${serviceId} and resource_name = ${resourceName}
      and region_id is not distinct from ${regionId}::text`.execute(db);
  return found.rows[0] && withQuota(found.rows[0]);
}

function withQuota({ quotaService, quotaResource, ...it }: Row): Registered {
  return { ...it, quota: { service: quotaService, resource: quotaResource } };
}

/** Says whether it was free: neither registered by this name, nor the quota by another. The amount is kept with the quotas. */
export async function insertRegistered(db: D, { quota, defaultLimit: _, ...it }: Registered): Promise<boolean> {
  const done = await db
    .insertInto("identityRegisteredLimits")
    .values({ ...it, quotaService: quota.service, quotaResource: quota.resource })
    .onConflict((c) => c.doNothing())
    .executeTakeFirst();
  return done.numInsertedOrUpdatedRows === 1n;
}

export async function deleteRegistered(db: D, id: string) {
  await db.deleteFrom("identityRegisteredLimits").where("id", "=", id).execute();
}

/**
 * Whether a service of the catalogue is this cloud's own, in a region if one is given: it has an address there that the cloud
 * made itself, or no service of its type has one.
 */
export async function isOurs(db: D, service: { id: string; type: string }, regionId: string | null): Promise<boolean> {
  const found = await sql<{ ours: boolean }>`
    with seeded as (
      select e.service_id, e.region_id from identity_endpoints e join identity_services s on s.id = e.service_id
      where s.type = ${service.type} and e.seed is not null
    ) select not exists (select from seeded) or exists (
      select from seeded where service_id = ${service.id} and (${regionId}::text is null or region_id = ${regionId})
    ) as ours`.execute(db);
  return found.rows[0]!.ours;
}
