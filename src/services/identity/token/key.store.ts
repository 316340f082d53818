import type { Db } from "#platform/store/db.ts";
import { seal, unseal } from "#platform/store/seal.ts";
import { after, TOKEN_LIFETIME } from "../identity.ts";
import type { Transaction } from "../kit.ts";
import type { IdentityTables } from "../tables.ts";
import { type KeyKind, type KeyRow, newSecret, type TokenKey, tokenKey } from "./key.ts";

type D = Db<IdentityTables>;
type Asking = Pick<Transaction, "db" | "now" | "settings" | "emit">;

/** The kind of tokens that are made. */
export function kindOf({ settings }: Pick<Transaction, "settings">): KeyKind {
  return settings["token-provider"] ?? "fernet";
}

/** Makes the first key of the kind that is in use, if there is none; of many that try one does. */
export async function ensureKey(tx: Asking): Promise<void> {
  const kind = kindOf(tx);
  while (!(await newestKey(tx.db, kind))) {
    const made = await insertKey(tx.db, { kind, generation: await nextGeneration(tx.db), now: tx.now });
    if (made) await tx.emit("identity.changed", { what: "keys" });
  }
}

/** The key to make tokens with now. */
export async function signingKey(tx: Asking): Promise<TokenKey> {
  await ensureKey(tx);
  const row = await tx.db
    .selectFrom("identityKeys")
    .selectAll()
    .where("kind", "=", kindOf(tx))
    .orderBy((e) => e("signsFrom", "<=", tx.now), "desc")
    .orderBy("generation", "desc")
    .limit(1)
    .executeTakeFirstOrThrow();
  return opened(row);
}

/** Every key that a valid token may be made with, the newest first. */
export async function listKeys(db: D): Promise<readonly TokenKey[]> {
  const rows = await db.selectFrom("identityKeys").selectAll().orderBy("generation", "desc").execute();
  return rows.map(opened);
}

export function newestKey(db: D, kind: KeyKind) {
  const of = db.selectFrom("identityKeys").selectAll().where("kind", "=", kind);
  return of.orderBy("generation", "desc").limit(1).executeTakeFirst();
}

/** Generations are counted through all kinds. */
export async function nextGeneration(db: D): Promise<number> {
  const row = await db
    .selectFrom("identityKeys")
    .select((e) => e.fn.max("generation").as("last"))
    .executeTakeFirst();
  return Number(row?.last ?? -1) + 1;
}

interface NewKey {
  readonly kind: KeyKind;
  readonly generation: number;
  readonly now: string;
  /** Seconds until it signs. */
  readonly within?: number;
}

/** Adds a key; says whether it was this call that did. */
export async function insertKey(db: D, { kind, generation, now, within = 0 }: NewKey): Promise<boolean> {
  const row = { generation, kind, sealed: seal(newSecret(kind)), createdAt: now, signsFrom: after(now, within) };
  const done = await db
    .insertInto("identityKeys")
    .values(row)
    .onConflict((c) => c.doNothing())
    .executeTakeFirst();
  return done.numInsertedOrUpdatedRows === 1n;
}

/** Deletes the keys whose last tokens have expired: an heir of the same kind has signed for long enough. */
export async function deleteOldKeys(db: D, now: string): Promise<number> {
  const before = after(now, -2 * TOKEN_LIFETIME);
  const done = await db
    .deleteFrom("identityKeys as k")
    .where((e) =>
      e.exists(
        e
          .selectFrom("identityKeys as heir")
          .select("heir.generation")
          .whereRef("heir.kind", "=", "k.kind")
          .whereRef("heir.generation", ">", "k.generation")
          .where("heir.signsFrom", "<", before),
      ),
    )
    .executeTakeFirst();
  return Number(done.numDeletedRows);
}

const known = new Map<string, TokenKey>();

/** Reading a key costs more than using it. */
function opened(row: KeyRow): TokenKey {
  const it = known.get(row.sealed) ?? tokenKey(row, unseal(row.sealed));
  if (known.size > 100) known.clear();
  known.set(row.sealed, it);
  return it;
}
