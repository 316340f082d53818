import { sql } from "kysely";
import { notFound } from "#platform/api/errors.ts";
import type { Db } from "#platform/store/db.ts";
import { QUOTA_DEFAULT } from "#platform/store/quota.ts";
import type { Filters } from "../identity.ts";
import { UNVEILED } from "../identity.ts";
import type { IdentityTables } from "../tables.ts";
import type { Limit } from "./limit.ts";

type D = Db<IdentityTables>;

/** A project's (or, it being one, a domain's) limits are rows of the quotas that services count by. */
const limits = sql`
  select q.id, case when not coalesce(p.is_domain, false) then q.project_id end as project_id,
    case when p.is_domain then q.project_id end as domain_id,
    r.service_id, r.region_id, r.resource_name, q.amount as resource_limit, q.description, p.domain_id as home
  from platform_quotas q
  join identity_registered_limits r on r.quota_service = q.service and r.quota_resource = q.resource
  left join identity_projects p on p.id = q.project_id
  where q.project_id not like 'class:%'`;

/** Whose limits may be seen: everybody's, those of a domain and its projects, or those of one project. */
export interface Sight {
  readonly domainId?: string;
  readonly projectId?: string;
}

export async function listLimits(db: D, query: Filters, { domainId, projectId }: Sight): Promise<Limit[]> {
  const all = [sql`true`];
  for (const key of ["service_id", "region_id", "resource_name", "project_id", "domain_id"]) {
    const value = [query[key]].flat().at(-1);
    if (value !== undefined) all.push(sql`${sql.ref(key)} = ${value}`);
  }
  if (domainId !== undefined) all.push(sql`(domain_id = ${domainId} or home = ${domainId})`);
  if (projectId !== undefined) all.push(sql`project_id = ${projectId}`);
  const found = await sql<Limit>`
    select * from (${limits}) it where ${sql.join(all, sql` and `)} order by resource_name, id`.execute(db);
  return found.rows;
}

/** With the domain of its project. */
export async function getLimit(db: D, id: string): Promise<Limit & { readonly home: string | null }> {
  const found = await sql<Limit & { home: string | null }>`select * from (${limits}) it where id = ${id}`.execute(db);
  if (!found.rows[0]) throw notFound(`Could not find limit for ${id}.`, UNVEILED);
  return found.rows[0];
}

export interface Row {
  readonly id: string;
  readonly service: string;
  readonly resource: string;
  readonly holder: string;
  readonly amount: number;
  readonly description: string | null;
}

/** Says whether there was none yet. */
export async function insertLimit(db: D, it: Row): Promise<boolean> {
  const done = await sql`
    insert into platform_quotas (id, service, project_id, resource, amount, description)
    values (${it.id}, ${it.service}, ${it.holder}, ${it.resource}, ${it.amount}, ${it.description})
    on conflict do nothing`.execute(db);
  return done.numAffectedRows === 1n;
}

export async function changeLimit(db: D, id: string, to: { resourceLimit: number; description: string | null }) {
  await sql`
    update platform_quotas set amount = ${to.resourceLimit}, description = ${to.description} where id = ${id}`.execute(
    db,
  );
}

export async function deleteLimit(db: D, id: string) {
  await sql`delete from platform_quotas where id = ${id}`.execute(db);
}

/** Takes away what projects were allowed that are no more. */
export async function deleteLimitsOf(db: D, projectIds: readonly string[]) {
  await sql`delete from platform_quotas where project_id = any (${[...projectIds]}::text[])`.execute(db);
}

/** Whether some project has a limit of its own of a quota. */
export async function isLimited(db: D, quota: { service: string; resource: string }): Promise<boolean> {
  const found = await sql`
    select 1 from platform_quotas where service = ${quota.service} and resource = ${quota.resource}
      and project_id <> ${QUOTA_DEFAULT} and project_id not like 'class:%' limit 1`.execute(db);
  return found.rows.length > 0;
}
