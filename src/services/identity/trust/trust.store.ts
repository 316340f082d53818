import { sql } from "kysely";
import type { Db } from "#platform/store/db.ts";
import { missingToAll } from "../errors.ts";
import { microsOf } from "../moment.ts";
import type { IdentityTables } from "../tables.ts";
import type { Trust, TrustRow } from "./trust.ts";

type D = Db<IdentityTables>;
const DAY = 24 * 3600 * 1_000_000;

export async function insertTrust(db: D, { roleIds, extra, ...it }: Trust) {
  await db
    .insertInto("identityTrusts")
    .values({ ...it, extra: JSON.stringify(extra) })
    .execute();
  if (roleIds.length === 0) return;
  const rows = roleIds.map((roleId) => ({ trustId: it.id, roleId }));
  await db.insertInto("identityTrustRoles").values(rows).execute();
}

/** One that still is good: neither expired nor used up. */
export async function findTrust(db: D, id: string, now: string): Promise<Trust | undefined> {
  const of = db.selectFrom("identityTrusts").selectAll().where("id", "=", id);
  const row = await of
    .where((e) => e.or([e("expiresUs", "is", null), e("expiresUs", ">=", microsOf(now))]))
    .where((e) => e.or([e("remainingUses", "is", null), e("remainingUses", ">", 0)]))
    .executeTakeFirst();
  return row && (await whole(db, row));
}

export async function getTrust(db: D, id: string, now: string): Promise<Trust> {
  const it = await findTrust(db, id, now);
  if (!it) throw missingToAll("trust", id);
  return it;
}

/** The trust and those that it was made with, up to the first. */
export async function pedigree(db: D, it: Trust, now: string): Promise<Trust[]> {
  const chain = [it];
  for (let at = it; at.redelegatedTrustId; chain.push(at)) at = await getTrust(db, at.redelegatedTrustId, now);
  return chain;
}

export interface Parties {
  readonly trustorUserId?: string;
  readonly trusteeUserId?: string;
}

export function listTrusts(db: D, { trustorUserId, trusteeUserId }: Parties): Promise<TrustRow[]> {
  let of = db.selectFrom("identityTrusts").selectAll();
  if (trustorUserId) of = of.where("trustorUserId", "=", trustorUserId);
  if (trusteeUserId) of = of.where("trusteeUserId", "=", trusteeUserId);
  return of.orderBy("id").execute();
}

/** Takes one of a trust's uses; says whether there was one. Of many that try at once exactly as many win. */
export async function takeUse(db: D, id: string): Promise<boolean> {
  const done = await db
    .updateTable("identityTrusts")
    .set((e) => ({ remainingUses: e("remainingUses", "-", 1) }))
    .where("id", "=", id)
    .where((e) => e.or([e("remainingUses", "is", null), e("remainingUses", ">", 0)]))
    .executeTakeFirst();
  return done.numUpdatedRows === 1n;
}

/** Deletes a trust and all that were made with it; says which these were. */
export async function deleteTrust(db: D, id: string): Promise<readonly string[]> {
  const found = await sql<{ id: string }>`
    with recursive below (id) as (
      select ${id}::text union select t.id from identity_trusts t join below on t.redelegated_trust_id = below.id
    ) select id from below`.execute(db);
  await db.deleteFrom("identityTrusts").where("id", "=", id).execute();
  return found.rows.map((row) => row.id);
}

/** Used up, or over for a day. */
export async function deleteEndedTrusts(db: D, now: string): Promise<number> {
  const done = await db
    .deleteFrom("identityTrusts")
    .where((e) => e.or([e("remainingUses", "=", 0), e("expiresUs", "<", microsOf(now) - DAY)]))
    .executeTakeFirst();
  return Number(done.numDeletedRows);
}

async function whole(db: D, row: TrustRow): Promise<Trust> {
  const of = db.selectFrom("identityTrustRoles").select("roleId").where("trustId", "=", row.id);
  const roles = await of.orderBy("roleId").execute();
  return { ...row, roleIds: roles.map(({ roleId }) => roleId) };
}
