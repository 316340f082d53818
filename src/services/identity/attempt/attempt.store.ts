import { sql } from "kysely";
import type { Db } from "#platform/store/db.ts";
import type { IdentityTables } from "../tables.ts";
import { type Attempt, type Bucket, FORGIVEN, HIGHEST, KNOWN_DAYS } from "./attempt.ts";

type D = Db<IdentityTables>;

export function listAttempts(db: D, keys: readonly string[]): Promise<Attempt[]> {
  return db.selectFrom("identityAttempts").selectAll().where("key", "in", keys).execute();
}

/** When accounts were last logged in to from an address, of those that are still known there. */
export async function lastSeen(db: D, keys: readonly string[], now: string): Promise<ReadonlyMap<string, string>> {
  const rows = await db
    .selectFrom("identityAcquaintances")
    .selectAll()
    .where("key", "in", keys)
    .where("seenAt", ">", sql<string>`${now}::timestamptz - make_interval(days => ${KNOWN_DAYS})`)
    .execute();
  return new Map(rows.map((it) => [it.key, it.seenAt]));
}

/** Of many who would try at once one wins the turn; the others wait for the pause after it. */
export async function takeTurn(db: D, key: string, now: string, until: string): Promise<boolean> {
  const taken = await db
    .updateTable("identityAttempts")
    .set({ until })
    .where("key", "=", key)
    .where("until", "<=", now)
    .executeTakeFirst();
  return taken.numUpdatedRows > 0n;
}

/** One failure more. */
export async function countFailure(db: D, { key, failures, longest }: Bucket, now: string): Promise<void> {
  const left = sql<number>`greatest(0, identity_attempts.level - ${forgotten(now)})`;
  const level = sql<number>`least(${failures + HIGHEST}::integer, ${left} + 1)`;
  await db
    .insertInto("identityAttempts")
    .values({ key, level: 1, at: now, until: later(now, pause(sql`1`, failures, longest)) })
    .onConflict((it) =>
      it.column("key").doUpdateSet({
        level,
        at: now,
        until: sql`greatest(identity_attempts.until, ${later(now, pause(level, failures, longest))})`,
      }),
    )
    .execute();
}

/** How many failures the quiet since the last one has forgiven. */
function forgotten(now: string): Sql<number> {
  const since = sql`greatest(identity_attempts.at, identity_attempts.until)`;
  return sql<number>`greatest(0, floor(extract(epoch from ${now}::timestamptz - ${since}) / ${FORGIVEN}::integer))::integer`;
}

type Sql<T> = ReturnType<typeof sql<T>>;

function pause(level: Sql<unknown>, failures: number, longest: number): Sql<number> {
  const doubled = sql`power(2, ${level} - ${failures}::integer)`;
  return sql<number>`case when ${level} < ${failures}::integer then 0 else least(${longest}::float8, ${doubled}) end`;
}

function later(now: string, seconds: Sql<unknown>): Sql<string> {
  return sql<string>`${now}::timestamptz + make_interval(secs => ${seconds})`;
}

export async function forgetAttempts(db: D, keys: readonly string[]): Promise<void> {
  await db.deleteFrom("identityAttempts").where("key", "in", keys).execute();
}

/** The turn was no failure: others may try. */
export async function giveTurnBack(db: D, keys: readonly string[], now: string): Promise<void> {
  await db.updateTable("identityAttempts").set({ until: now }).where("key", "in", keys).execute();
}

export async function acquaint(db: D, key: string, now: string): Promise<void> {
  const row = db.insertInto("identityAcquaintances").values({ key, seenAt: now });
  await row.onConflict((it) => it.column("key").doUpdateSet({ seenAt: now })).execute();
}

/** What time has forgiven, and who has not come back; returns how many rows went. */
export async function forgetOld(db: D, now: string): Promise<number> {
  const attempts = await db
    .deleteFrom("identityAttempts")
    .where("until", "<", now)
    .where("level", "<=", forgotten(now))
    .executeTakeFirst();
  const old = await db
    .deleteFrom("identityAcquaintances")
    .where("seenAt", "<", sql<string>`${now}::timestamptz - make_interval(days => ${KNOWN_DAYS})`)
    .executeTakeFirst();
  return Number(attempts.numDeletedRows + old.numDeletedRows);
}
