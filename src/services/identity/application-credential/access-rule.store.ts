import type { Db } from "#platform/store/db.ts";
import { missing } from "../errors.ts";
import { filtered, ordered } from "../filter.store.ts";
import type { Filters } from "../identity.ts";
import type { IdentityTables } from "../tables.ts";
import type { AccessRuleRow } from "./application-credential.ts";

type D = Db<IdentityTables>;

/** The user's rule of these words: made, if there was none. */
export async function ensureAccessRule(db: D, it: AccessRuleRow): Promise<AccessRuleRow> {
  await db
    .insertInto("identityAccessRules")
    .values(it)
    .onConflict((c) => c.columns(["userId", "service", "method", "path"]).doNothing())
    .execute();
  const of = db.selectFrom("identityAccessRules").selectAll().where("userId", "=", it.userId);
  return of
    .where("service", "=", it.service)
    .where("method", "=", it.method)
    .where("path", "=", it.path)
    .executeTakeFirstOrThrow();
}

export async function getAccessRule(db: D, userId: string, id: string): Promise<AccessRuleRow> {
  const of = db.selectFrom("identityAccessRules").selectAll().where("id", "=", id).where("userId", "=", userId);
  const it = await of.executeTakeFirst();
  if (!it) throw missing("Access Rule", id);
  return it;
}

export function listAccessRules(db: D, userId: string, query: Filters): Promise<AccessRuleRow[]> {
  const of = db.selectFrom("identityAccessRules").selectAll().where("userId", "=", userId);
  return ordered(filtered(of, query, { texts: ["service", "method", "path"] }), query, ["id"]).execute();
}

/** Says whether some application credential still has the rule. */
export async function isRuleInUse(db: D, id: string): Promise<boolean> {
  const of = db.selectFrom("identityApplicationCredentialRules").select("ruleId").where("ruleId", "=", id);
  return (await of.limit(1).executeTakeFirst()) !== undefined;
}

export async function deleteAccessRule(db: D, id: string) {
  await db.deleteFrom("identityAccessRules").where("id", "=", id).execute();
}
