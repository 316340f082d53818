import type { Updateable } from "kysely";
import { badRequest } from "#platform/api/errors.ts";
import type { Db } from "#platform/store/db.ts";
import { missingToAll, nameTaken } from "../errors.ts";
import { filtered, ordered } from "../filter.store.ts";
import type { Filters } from "../identity.ts";
import type { IdentityTables } from "../tables.ts";
import { unique } from "../unique.store.ts";
import type { ImpliedRole, Role } from "./role.ts";

type D = Db<IdentityTables>;

export async function insertRole(db: D, it: Role) {
  const row = { ...it, options: JSON.stringify(it.options), extra: JSON.stringify(it.extra) };
  await unique(db.insertInto("identityRoles").values(row).execute(), () => nameTaken("role", it.name, it.domainId));
}

export async function getRole(db: D, id: string): Promise<Role> {
  const it = await db.selectFrom("identityRoles").selectAll().where("id", "=", id).executeTakeFirst();
  if (!it) throw missingToAll("role", id);
  return it;
}

export function findRoleNamed(db: D, name: string, domainId: string | null): Promise<Role | undefined> {
  const of = db.selectFrom("identityRoles").selectAll().where("name", "=", name);
  return of.where("domainId", domainId === null ? "is" : "=", domainId).executeTakeFirst();
}

/** Those of the whole cloud, unless a domain is asked for. */
export function listRoles(db: D, query: Filters): Promise<Role[]> {
  const all = db.selectFrom("identityRoles").selectAll();
  const where = query.domain_id === undefined ? all.where("domainId", "is", null) : all;
  return ordered(filtered(where, query, { texts: ["id", "name", "domain_id", "service_id"] }), query).execute();
}

export function listAllRoles(db: D): Promise<Role[]> {
  return db.selectFrom("identityRoles").selectAll().orderBy("name").orderBy("id").execute();
}

/** The one role of this name, of the whole cloud or of a domain. */
export async function getRoleNamed(db: D, name: string): Promise<Role> {
  const [it, ...more] = await db.selectFrom("identityRoles").selectAll().where("name", "=", name).limit(2).execute();
  if (!it) throw missingToAll("role", name);
  if (more.length > 0)
    throw badRequest(
      `There are multiple role entities named '${name}'. Please use ID instead of names to resolve the ambiguity.`,
    );
  return it;
}

/** As many of these as are there. */
export function listRolesOf(db: D, ids: readonly string[]): Promise<Role[]> {
  if (ids.length === 0) return Promise.resolve([]);
  return db.selectFrom("identityRoles").selectAll().where("id", "in", ids).orderBy("name").execute();
}

/** Roles of the whole cloud by their names, as tokens carry them. */
export function listRolesNamed(db: D, names: readonly string[]): Promise<Role[]> {
  if (names.length === 0) return Promise.resolve([]);
  const all = db.selectFrom("identityRoles").selectAll().where("domainId", "is", null);
  return all.where("name", "in", names).orderBy("name").execute();
}

export async function hasRolesBoundTo(db: D, serviceId: string): Promise<boolean> {
  const of = db.selectFrom("identityRoles").select("id").where("serviceId", "=", serviceId).limit(1);
  return (await of.executeTakeFirst()) !== undefined;
}

export async function changeRole(db: D, it: Role, { extra, options, ...plain }: Partial<Role>) {
  const set: Updateable<IdentityTables["identityRoles"]> = {
    ...plain,
    ...(extra && { extra: JSON.stringify(extra) }),
    ...(options && { options: JSON.stringify(options) }),
  };
  if (Object.keys(set).length === 0) return;
  const change = db.updateTable("identityRoles").set(set).where("id", "=", it.id).execute();
  await unique(change, () => nameTaken("role", plain.name ?? it.name, it.domainId));
}

export async function deleteRole(db: D, id: string) {
  await db.deleteFrom("identityRoles").where("id", "=", id).execute();
}

export function listImplied(db: D): Promise<ImpliedRole[]> {
  return db.selectFrom("identityImpliedRoles").selectAll().orderBy("priorId").orderBy("impliedId").execute();
}

export async function insertImplied(db: D, it: ImpliedRole) {
  await db
    .insertInto("identityImpliedRoles")
    .values(it)
    .onConflict((c) => c.doNothing())
    .execute();
}

/** Says whether there was such a rule. */
export async function deleteImplied(db: D, { priorId, impliedId }: ImpliedRole): Promise<boolean> {
  const of = db.deleteFrom("identityImpliedRoles").where("priorId", "=", priorId).where("impliedId", "=", impliedId);
  return (await of.executeTakeFirst()).numDeletedRows === 1n;
}
