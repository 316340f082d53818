import type { Db } from "#platform/store/db.ts";
import { seal, unseal } from "#platform/store/seal.ts";
import { missing } from "../errors.ts";
import type { IdentityTables } from "../tables.ts";
import type { Consumer, ConsumerRow, Nonce, OauthToken, OauthTokenRow } from "./oauth1.ts";

type D = Db<IdentityTables>;

export async function insertConsumer(db: D, { secret, extra, ...it }: Consumer) {
  const row = { ...it, sealed: seal(secret), extra: JSON.stringify(extra) };
  await db.insertInto("identityOauth1Consumers").values(row).execute();
}

export async function findConsumer(db: D, id: string): Promise<Consumer | undefined> {
  const row = await db.selectFrom("identityOauth1Consumers").selectAll().where("id", "=", id).executeTakeFirst();
  return row && consumer(row);
}

export async function getConsumer(db: D, id: string): Promise<Consumer> {
  const it = await findConsumer(db, id);
  if (!it) throw missing("Consumer", id);
  return it;
}

export async function listConsumers(db: D): Promise<Consumer[]> {
  return (await db.selectFrom("identityOauth1Consumers").selectAll().orderBy("id").execute()).map(consumer);
}

export async function changeConsumer(
  db: D,
  id: string,
  { description, extra }: Pick<Consumer, "description" | "extra">,
) {
  const set = { description, extra: JSON.stringify(extra) };
  await db.updateTable("identityOauth1Consumers").set(set).where("id", "=", id).execute();
}

/** With all that it was allowed. */
export async function deleteConsumer(db: D, id: string) {
  await db.deleteFrom("identityOauth1Consumers").where("id", "=", id).execute();
}

export async function insertToken(db: D, { secret, roleIds, ...it }: OauthToken) {
  const row = { ...it, sealed: seal(secret), roleIds: [...roleIds] };
  await db.insertInto("identityOauth1Tokens").values(row).execute();
}

export async function findToken(db: D, kind: OauthToken["kind"], id: string): Promise<OauthToken | undefined> {
  const of = db.selectFrom("identityOauth1Tokens").selectAll().where("id", "=", id).where("kind", "=", kind);
  const row = await of.executeTakeFirst();
  return row && token(row);
}

/** One access that a user has given. */
export async function getAccess(db: D, userId: string, id: string): Promise<OauthToken> {
  const it = await findToken(db, "access", id);
  if (it?.userId !== userId) throw missing("Access Token", id);
  return it;
}

export async function listAccess(db: D, userId: string): Promise<OauthToken[]> {
  const of = db
    .selectFrom("identityOauth1Tokens")
    .selectAll()
    .where("userId", "=", userId)
    .where("kind", "=", "access");
  return (await of.orderBy("id").execute()).map(token);
}

/** Notes who lets the request have which roles; says whether it was not authorised already. */
export async function authorizeRequest(
  db: D,
  id: string,
  to: { userId: string; roleIds: readonly string[]; verifier: string },
): Promise<boolean> {
  const of = db.updateTable("identityOauth1Tokens").set({ ...to, roleIds: [...to.roleIds] });
  const done = await of.where("id", "=", id).where("kind", "=", "request").executeTakeFirst();
  return done.numUpdatedRows === 1n;
}

/** Says whether it was there: of two who use a request up, one does. */
export async function deleteToken(db: D, id: string): Promise<boolean> {
  return (await db.deleteFrom("identityOauth1Tokens").where("id", "=", id).executeTakeFirst()).numDeletedRows === 1n;
}

/** Says whether nobody had used it yet; forgets what is older than `since`. */
export async function takeNonce(db: D, it: Nonce, since: string): Promise<boolean> {
  await db.deleteFrom("identityOauth1Nonces").where("usedAt", "<", since).execute();
  const of = db.insertInto("identityOauth1Nonces").values(it);
  return (await of.onConflict((c) => c.doNothing()).executeTakeFirst()).numInsertedOrUpdatedRows === 1n;
}

function consumer({ sealed, ...it }: ConsumerRow): Consumer {
  return { ...it, secret: unseal(sealed) };
}

function token({ sealed, ...it }: OauthTokenRow): OauthToken {
  return { ...it, secret: unseal(sealed) };
}
