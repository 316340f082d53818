import type { Db } from "#platform/store/db.ts";
import { missing, taken } from "../errors.ts";
import { filtered, ordered } from "../filter.store.ts";
import type { Filters } from "../identity.ts";
import type { IdentityTables } from "../tables.ts";
import { unique } from "../unique.store.ts";
import type { ApplicationCredential, ApplicationCredentialRow } from "./application-credential.ts";

type D = Db<IdentityTables>;

export async function insertApplicationCredential(db: D, { roles, accessRules, ...it }: ApplicationCredential) {
  await unique(db.insertInto("identityApplicationCredentials").values(it).execute(), () =>
    taken("application_credential", `Duplicate entry found with name ${it.name}`),
  );
  const credentialId = it.id;
  if (roles.length > 0)
    await db
      .insertInto("identityApplicationCredentialRoles")
      .values(roles.map(({ id: roleId }) => ({ credentialId, roleId })))
      .execute();
  if (accessRules.length > 0)
    await db
      .insertInto("identityApplicationCredentialRules")
      .values(accessRules.map(({ id: ruleId }) => ({ credentialId, ruleId })))
      .execute();
}

export async function findApplicationCredential(db: D, id: string): Promise<ApplicationCredential | undefined> {
  const row = await db.selectFrom("identityApplicationCredentials").selectAll().where("id", "=", id).executeTakeFirst();
  return row && (await whole(db, row));
}

export async function getApplicationCredential(db: D, id: string): Promise<ApplicationCredential> {
  const it = await findApplicationCredential(db, id);
  if (!it) throw missing("Application Credential", id);
  return it;
}

export async function findApplicationCredentialNamed(db: D, userId: string, name: string) {
  const of = db.selectFrom("identityApplicationCredentials").selectAll().where("userId", "=", userId);
  const row = await of.where("name", "=", name).executeTakeFirst();
  return row && (await whole(db, row));
}

export async function listApplicationCredentials(db: D, userId: string, query: Filters) {
  const of = db.selectFrom("identityApplicationCredentials").selectAll().where("userId", "=", userId);
  const rows = await ordered(filtered(of, query, { texts: ["name"] }), query).execute();
  return Promise.all(rows.map((row) => whole(db, row)));
}

export async function deleteApplicationCredential(db: D, id: string) {
  await db.deleteFrom("identityApplicationCredentials").where("id", "=", id).execute();
}

async function whole(db: D, row: ApplicationCredentialRow): Promise<ApplicationCredential> {
  const roleIds = db
    .selectFrom("identityApplicationCredentialRoles")
    .select("roleId")
    .where("credentialId", "=", row.id);
  const roles = await db.selectFrom("identityRoles").selectAll().where("id", "in", roleIds).orderBy("name").execute();
  const ruleIds = db
    .selectFrom("identityApplicationCredentialRules")
    .select("ruleId")
    .where("credentialId", "=", row.id);
  const rules = db.selectFrom("identityAccessRules").select(["id", "service", "method", "path"]);
  const accessRules = await rules.where("id", "in", ruleIds).orderBy("id").execute();
  return { ...row, roles, accessRules };
}
