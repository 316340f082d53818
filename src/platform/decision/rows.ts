import { createHash } from "node:crypto";
import { sql } from "kysely";
import type { AnyDb } from "../store/database.ts";
import type { Decision } from "./decision.ts";

/** Adds decisions to those like them. */
export async function insertDecisions(db: AnyDb, all: readonly Decision[]): Promise<void> {
  const rows = all.map((it) => ({
    ...it,
    digest: digestOf(it),
    actor: JSON.stringify(it.actor),
    target: JSON.stringify(it.target),
  }));
  await db
    .insertInto("platformDecisions")
    .values(rows.sort((a, b) => (a.digest < b.digest ? -1 : 1)))
    .onConflict((it) =>
      it.column("digest").doUpdateSet({
        times: sql`platform_decisions.times + excluded.times`,
        lastAt: sql`greatest(platform_decisions.last_at, excluded.last_at)`,
      }),
    )
    .execute();
}

function digestOf({ service, route, rule, actor, target, allowed }: Decision): string {
  const words = JSON.stringify([service, route, rule, actor, target, allowed]);
  return createHash("sha256").update(words).digest("base64url");
}

/** Lets the oldest go that are beyond the number. */
export async function keepNewest(db: AnyDb, number: number): Promise<void> {
  const newest = db.selectFrom("platformDecisions").select("lastAt").orderBy("lastAt", "desc").offset(number).limit(1);
  await db.deleteFrom("platformDecisions").where("lastAt", "<=", newest).execute();
}

export async function listDecisions(db: AnyDb): Promise<Decision[]> {
  const rows = await db.selectFrom("platformDecisions").selectAll().orderBy("lastAt", "desc").execute();
  return rows.map((row) => ({ ...row, times: Number(row.times) })) as unknown as Decision[];
}
