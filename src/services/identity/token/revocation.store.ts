import { sql } from "kysely";
import type { Db } from "#platform/store/db.ts";
import { after, TOKEN_LIFETIME } from "../identity.ts";
import type { Transaction } from "../kit.ts";
import type { IdentityTables } from "../tables.ts";
import type { Revocation } from "./revocation.ts";

type D = Db<IdentityTables>;

/**
 * Takes back every token with one of these marks. Call it last in a transaction: it waits until no other one is about to
 * commit revocations, so that their ids grow in the order of the commits.
 */
export async function revoke(tx: Transaction, ...marks: readonly string[]): Promise<void> {
  if (marks.length === 0) return;
  await sql`select pg_advisory_xact_lock(hashtext('identity_revocations'))`.execute(tx.db);
  const rows = [...new Set(marks)].map((mark) => ({ mark, revokedAt: tx.now }));
  const revocations = await tx.db
    .insertInto("identityRevocations")
    .values(rows)
    .returning(["id", "mark", "revokedAt"])
    .execute();
  await tx.emit("token.revoked", { revocations });
}

/** The last revocation that is committed: a token that is issued after this question has seen it. */
export async function lastRevocation(db: D): Promise<number> {
  const row = await db
    .selectFrom("identityRevocations")
    .select((e) => e.fn.max("id").as("last"))
    .executeTakeFirst();
  return Number(row?.last ?? 0);
}

/** Whether one of the marks was revoked after a revocation, as the database knows it at this moment. */
export async function isRevokedSince(db: D, marks: readonly string[], saw: number): Promise<boolean> {
  const of = db.selectFrom("identityRevocations").select("id").where("mark", "in", marks).where("id", ">", saw);
  return (await of.limit(1).executeTakeFirst()) !== undefined;
}

export function listRevocations(db: D): Promise<Revocation[]> {
  return db.selectFrom("identityRevocations").selectAll().orderBy("id").execute();
}

export function listRevocationsSince(db: D, since: string | undefined): Promise<Revocation[]> {
  const all = db.selectFrom("identityRevocations").selectAll().orderBy("id");
  return (since === undefined ? all : all.where("revokedAt", ">=", since)).execute();
}

/** Deletes those that were made before the oldest valid token. */
export async function deleteOldRevocations(db: D, now: string): Promise<number> {
  const done = await db
    .deleteFrom("identityRevocations")
    .where("revokedAt", "<", after(now, -2 * TOKEN_LIFETIME))
    .executeTakeFirst();
  return Number(done.numDeletedRows);
}
