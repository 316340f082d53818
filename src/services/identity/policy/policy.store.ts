import { sql } from "kysely";
import type { Db } from "#platform/store/db.ts";
import type { Endpoint } from "../catalog/catalog.ts";
import { missing } from "../errors.ts";
import { filtered, ordered } from "../filter.store.ts";
import type { Filters } from "../identity.ts";
import type { IdentityTables } from "../tables.ts";
import type { Association, Policy, Subject } from "./policy.ts";

type D = Db<IdentityTables>;

export async function insertPolicy(db: D, it: Policy) {
  await db
    .insertInto("identityPolicies")
    .values({ ...it, extra: JSON.stringify(it.extra) })
    .execute();
}

export async function getPolicy(db: D, id: string): Promise<Policy> {
  const it = await db.selectFrom("identityPolicies").selectAll().where("id", "=", id).executeTakeFirst();
  if (!it) throw missing("policy", id);
  return it;
}

export function listPolicies(db: D, query: Filters): Promise<Policy[]> {
  const all = db.selectFrom("identityPolicies").selectAll();
  return ordered(filtered(all, query, { texts: ["type"] }), query, ["id"]).execute();
}

export async function changePolicy(db: D, id: string, { extra, ...plain }: Partial<Policy>) {
  const set = { ...plain, ...(extra && { extra: JSON.stringify(extra) }) };
  if (Object.keys(set).length === 0) return;
  await db.updateTable("identityPolicies").set(set).where("id", "=", id).execute();
}

export async function deletePolicy(db: D, id: string) {
  await db.deleteFrom("identityPolicies").where("id", "=", id).execute();
}

/** A subject has one policy: the last one that was said. */
export async function associate(db: D, it: Association) {
  await db
    .insertInto("identityPolicyAssociations")
    .values(it)
    .onConflict((c) => c.columns(["endpointId", "serviceId", "regionId"]).doUpdateSet({ policyId: it.policyId }))
    .execute();
}

export async function isAssociated(db: D, it: Association): Promise<boolean> {
  const of = db.selectFrom("identityPolicyAssociations").select("policyId").where("policyId", "=", it.policyId);
  return (await of.where(about(it)).executeTakeFirst()) !== undefined;
}

export async function dissociate(db: D, it: Association) {
  await db.deleteFrom("identityPolicyAssociations").where("policyId", "=", it.policyId).where(about(it)).execute();
}

function about({ endpointId, serviceId, regionId }: Subject) {
  return sql<boolean>`endpoint_id is not distinct from ${endpointId}::text
    and service_id is not distinct from ${serviceId}::text and region_id is not distinct from ${regionId}::text`;
}

/** The policy said of the endpoint; else of its service in the nearest region above; else of its service anywhere. */
export async function findPolicyFor(db: D, endpointId: string): Promise<Policy | undefined> {
  const found = await sql<Policy>`
    with recursive regions (id, depth) as (
      select region_id, 0 from identity_endpoints where id = ${endpointId}
      union select r.parent_region_id, regions.depth + 1 from identity_regions r join regions using (id)
    ) select p.* from identity_endpoints e
      join identity_policy_associations a on a.endpoint_id = e.id or a.service_id = e.service_id
      left join regions r on r.id = a.region_id
      join identity_policies p on p.id = a.policy_id
      where e.id = ${endpointId} and (a.region_id is null or r.id is not null)
      order by a.endpoint_id is null, r.depth nulls last limit 1`.execute(db);
  return found.rows[0];
}

/** What a policy was said of, with the endpoints in regions below. */
export async function listEndpointsFor(db: D, policyId: string): Promise<Endpoint[]> {
  const found = await sql<Endpoint>`
    with recursive mine as (
      select * from identity_policy_associations where policy_id = ${policyId}
    ), places (service_id, region_id) as (
      select service_id, region_id from mine where region_id is not null
      union select p.service_id, r.id from identity_regions r join places p on p.region_id = r.parent_region_id
    ) select e.* from identity_endpoints e
      where id in (select endpoint_id from mine)
        or service_id in (select service_id from mine where region_id is null)
        or (service_id, region_id) in (select service_id, region_id from places)
      order by e.id`.execute(db);
  return found.rows;
}
