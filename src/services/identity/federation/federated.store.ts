import { sql } from "kysely";
import type { Db } from "#platform/store/db.ts";
import { seal, unseal } from "#platform/store/seal.ts";
import type { IdentityTables } from "../tables.ts";
import type { ExpiringMember, FederatedUser, SignIn } from "./federation.ts";

type D = Db<IdentityTables>;

type Who = Pick<FederatedUser, "idpId" | "protocolId" | "uniqueId">;

export function findFederatedUser(db: D, { idpId, protocolId, uniqueId }: Who): Promise<FederatedUser | undefined> {
  const of = db.selectFrom("identityFederatedUsers").selectAll().where("idpId", "=", idpId);
  return of.where("protocolId", "=", protocolId).where("uniqueId", "=", uniqueId).executeTakeFirst();
}

/** Says whether it is this login that brings the user here first: of two at once, one does. */
export async function insertFederatedUser(db: D, it: FederatedUser): Promise<boolean> {
  const of = db.insertInto("identityFederatedUsers").values(it);
  return (await of.onConflict((c) => c.doNothing()).executeTakeFirst()).numInsertedOrUpdatedRows === 1n;
}

export function listFederatedUsersOf(db: D, userIds: readonly string[]): Promise<FederatedUser[]> {
  if (userIds.length === 0) return Promise.resolve([]);
  const of = db.selectFrom("identityFederatedUsers").selectAll().where(sql<boolean>`user_id = any(${userIds}::text[])`);
  return of.orderBy("idpId").orderBy("protocolId").orderBy("uniqueId").execute();
}

export async function dropFederatedUser(db: D, userId: string) {
  await db.deleteFrom("identityFederatedUsers").where("userId", "=", userId).execute();
}

/** Keeps a browser's login until it is back; forgets those that never came. */
export async function insertSignIn(db: D, { sealed: secrets, ...it }: SignIn, now: string) {
  await db.deleteFrom("identitySignIns").where("expiresAt", "<", now).execute();
  await db
    .insertInto("identitySignIns")
    .values({ ...it, sealed: seal(secrets) })
    .execute();
}

export async function findSignIn(db: D, state: string, now: string): Promise<SignIn | undefined> {
  const of = db.selectFrom("identitySignIns").selectAll().where("state", "=", state).where("expiresAt", ">", now);
  const row = await of.executeTakeFirst();
  return row && { ...row, sealed: unseal(row.sealed) };
}

/** Says whether it was there: it is used once. */
export async function takeSignIn(db: D, state: string): Promise<boolean> {
  const of = db.deleteFrom("identitySignIns").where("state", "=", state);
  return (await of.executeTakeFirst()).numDeletedRows === 1n;
}

/** The group of this id, or of this name in a domain, if there is one. */
export async function findGroupId(
  db: D,
  by: { readonly id: string } | { readonly name: string; readonly domainId: string },
): Promise<string | undefined> {
  const of = db.selectFrom("identityGroups").select("id");
  const one =
    "id" in by ? of.where("id", "=", by.id) : of.where("name", "=", by.name).where("domainId", "=", by.domainId);
  return (await one.executeTakeFirst())?.id;
}

/** Makes these the groups that a user has by a provider; says whether it is out of one that it was in. */
export async function putMemberships(db: D, groupIds: readonly string[], of: Omit<ExpiringMember, "groupId">) {
  const left = db.deleteFrom("identityExpiringMembers").where("userId", "=", of.userId).where("idpId", "=", of.idpId);
  const gone = await left.where(sql<boolean>`group_id <> all (${[...groupIds]}::text[])`).executeTakeFirst();
  const rows = groupIds.map((groupId) => ({ ...of, groupId }));
  if (rows.length > 0)
    await db
      .insertInto("identityExpiringMembers")
      .values(rows)
      .onConflict((c) => c.columns(["userId", "groupId", "idpId"]).doUpdateSet({ verifiedAt: of.verifiedAt }))
      .execute();
  return gone.numDeletedRows > 0n;
}
