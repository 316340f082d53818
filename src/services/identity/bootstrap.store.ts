import { sql } from "kysely";
import type { Db } from "#platform/store/db.ts";
import type { Endpoint } from "./catalog/catalog.ts";
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
  const of = db.selectFrom("identityServices").select("id").where("type", "=", type);
  return of.where("name", "=", name).executeTakeFirst();
}
