import { sql } from "kysely";
import type { Db } from "#platform/store/db.ts";
import type { Endpoint } from "./catalog/catalog.ts";
import type { ImpliedRole } from "./role/role.ts";
import type { IdentityTables } from "./tables.ts";

type D = Db<IdentityTables>;

/** Of many processes that start at the same time one goes first. */
export async function lockBootstrap(db: D): Promise<void> {
  await sql`select pg_advisory_xact_lock(hashtext('identity_bootstrap'))`.execute(db);
}

export function findEndpointFor(db: D, seed: string): Promise<Endpoint | undefined> {
  return db.selectFrom("identityEndpoints").selectAll().where("seed", "=", seed).executeTakeFirst();
}

/** The service that the bootstrap has made under this name. */
export function findServiceNamed(db: D, type: string, name: string) {
  const of = db.selectFrom("identityServices").select(["id", "enabled"]).where("type", "=", type);
  return of.where("name", "=", name).executeTakeFirst();
}

/** Whether clients are told where a service is; an endpoint of one project's own is not for all. */
export async function hasEndpoint(db: D, at: { serviceId: string; region: string; face: Endpoint["interface"] }) {
  const of = db.selectFrom("identityEndpoints").select("id").where("serviceId", "=", at.serviceId);
  const here = of.where("regionId", "=", at.region).where("interface", "=", at.face).where("enabled", "=", true);
  return (await here.where("projectId", "is", null).executeTakeFirst()) !== undefined;
}

export async function isImplied(db: D, { priorId, impliedId }: ImpliedRole): Promise<boolean> {
  const of = db.selectFrom("identityImpliedRoles").select("priorId").where("priorId", "=", priorId);
  return (await of.where("impliedId", "=", impliedId).executeTakeFirst()) !== undefined;
}
