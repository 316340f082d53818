import { sql } from "kysely";
import type { Db } from "#platform/store/db.ts";
import type { IdentityTables } from "../tables.ts";

type D = Db<IdentityTables>;

/** Lets tries at one account be judged one after the other, so that none of many at once goes uncounted. */
export async function inLine(db: D, id: string) {
  await db.selectFrom("identityUsers").select("id").where("id", "=", id).forUpdate().execute();
}

export async function countFailedLogin(db: D, id: string, now: string) {
  await db
    .updateTable("identityUsers")
    .set({ failedLogins: sql`failed_logins + 1`, failedAt: now })
    .where("id", "=", id)
    .execute();
}

/** Forgets what has failed, and notes that somebody was here. */
export async function noteLogin(db: D, id: string, activeAt: string) {
  const set = { failedLogins: 0, failedAt: null, activeAt };
  await db.updateTable("identityUsers").set(set).where("id", "=", id).execute();
}

/** A user's last passwords beside the present one, the newest first. */
export async function listPastPasswords(db: D, userId: string, count: number): Promise<string[]> {
  if (count < 1) return [];
  const of = db.selectFrom("identityPastPasswords").select("hash").where("userId", "=", userId);
  return (await of.orderBy("id", "desc").limit(count).execute()).map(({ hash }) => hash);
}

/** Keeps the password that is given up, with as many others as are asked about. */
export async function keepPastPassword(db: D, userId: string, hash: string, createdAt: string | null, count: number) {
  if (count > 0) await db.insertInto("identityPastPasswords").values({ userId, hash, createdAt }).execute();
  const kept = db.selectFrom("identityPastPasswords").select("id").where("userId", "=", userId);
  await db
    .deleteFrom("identityPastPasswords")
    .where("userId", "=", userId)
    .where("id", "not in", kept.orderBy("id", "desc").limit(Math.max(count, 0)))
    .execute();
}
