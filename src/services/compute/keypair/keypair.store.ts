import { notFound } from "#platform/api/errors.ts";
import type { Db } from "#platform/store/db.ts";
import { paged } from "#platform/store/page.ts";
import type { ComputeTables } from "../tables.ts";
import type { Keypair } from "./keypair.ts";

type Keypairs = Db<ComputeTables>;

/** Undefined when the user has one of this name. */
export function insertKeypair(db: Keypairs, it: Omit<Keypair, "id">): Promise<Keypair | undefined> {
  const one = db.insertInto("computeKeypairs").values(it);
  return one
    .onConflict((c) => c.doNothing())
    .returningAll()
    .executeTakeFirst();
}

export function findKeypair(db: Keypairs, userId: string, name: string): Promise<Keypair | undefined> {
  return ofUser(db, userId).where("name", "=", name).executeTakeFirst();
}

export async function getKeypair(db: Keypairs, userId: string, name: string): Promise<Keypair> {
  const it = await findKeypair(db, userId, name);
  if (!it) throw notFound(`Keypair ${name} not found for user ${userId}`);
  return it;
}

export function listKeypairs(
  db: Keypairs,
  userId: string,
  page: { after?: Keypair | undefined; limit?: number | undefined },
): Promise<Keypair[]> {
  return paged(ofUser(db, userId), { sort: [{ column: "name", way: "asc" }], ...page }).execute();
}

export async function countKeypairs(db: Keypairs, userId: string): Promise<number> {
  const its = db.selectFrom("computeKeypairs").where("userId", "=", userId);
  const { count } = await its.select((eb) => eb.fn.countAll<number>().as("count")).executeTakeFirstOrThrow();
  return count;
}

export async function deleteKeypair(db: Keypairs, { userId, name }: Keypair): Promise<void> {
  await db.deleteFrom("computeKeypairs").where("userId", "=", userId).where("name", "=", name).execute();
}

function ofUser(db: Keypairs, userId: string) {
  return db.selectFrom("computeKeypairs").selectAll().where("userId", "=", userId);
}
