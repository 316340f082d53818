import type { Db } from "#platform/store/db.ts";
import { seal, unseal } from "#platform/store/seal.ts";
import { after, TOKEN_LIFETIME } from "../identity.ts";
import type { Transaction } from "../kit.ts";
import type { IdentityTables } from "../tables.ts";
import { type FernetKey, newKey } from "./key.ts";

type D = Db<IdentityTables>;

/** Makes the first key, if there is none; of many that try one does. */
export async function ensureKey({ db, now }: Pick<Transaction, "db" | "now">): Promise<void> {
  const first = { generation: 0, sealed: sealedKey(), createdAt: now, signsFrom: now };
  const some = await db.selectFrom("identityKeys").select("generation").limit(1).executeTakeFirst();
  if (!some)
    await db
      .insertInto("identityKeys")
      .values(first)
      .onConflict((c) => c.doNothing())
      .execute();
}

/** The key to make tokens with now. */
export async function signingKey(tx: Pick<Transaction, "db" | "now">): Promise<FernetKey> {
  await ensureKey(tx);
  const { sealed } = await tx.db
    .selectFrom("identityKeys")
    .select("sealed")
    .orderBy((e) => e("signsFrom", "<=", tx.now), "desc")
    .orderBy("generation", "desc")
    .limit(1)
    .executeTakeFirstOrThrow();
  return opened(sealed);
}

/** Every key that a valid token may be made with, the newest first. */
export async function listKeys(db: D): Promise<readonly FernetKey[]> {
  const rows = await db.selectFrom("identityKeys").select("sealed").orderBy("generation", "desc").execute();
  return rows.map((row) => opened(row.sealed));
}

export function newestKey(db: D) {
  return db.selectFrom("identityKeys").selectAll().orderBy("generation", "desc").limit(1).executeTakeFirst();
}

/** Adds the key that takes over in some seconds; says whether it was this call that did. */
export async function insertKey(db: D, generation: number, now: string, inSeconds: number): Promise<boolean> {
  const row = { generation, sealed: sealedKey(), createdAt: now, signsFrom: after(now, inSeconds) };
  const done = await db
    .insertInto("identityKeys")
    .values(row)
    .onConflict((c) => c.doNothing())
    .executeTakeFirst();
  return done.numInsertedOrUpdatedRows === 1n;
}

/** Deletes the keys whose last tokens have expired. */
export async function deleteOldKeys(db: D, now: string): Promise<number> {
  const before = after(now, -2 * TOKEN_LIFETIME);
  const heir = db
    .selectFrom("identityKeys")
    .where("signsFrom", "<", before)
    .select((e) => e.fn.max("generation").as("it"));
  const done = await db.deleteFrom("identityKeys").where("generation", "<", heir).executeTakeFirst();
  return Number(done.numDeletedRows);
}

function sealedKey(): string {
  return seal(newKey().toString("base64"));
}

function opened(sealed: string): FernetKey {
  return Buffer.from(unseal(sealed), "base64");
}
