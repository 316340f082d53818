import type { Updateable } from "kysely";
import type { Db } from "#platform/store/db.ts";
import { seal, unseal } from "#platform/store/seal.ts";
import { missing, taken } from "../errors.ts";
import { filtered, ordered } from "../filter.store.ts";
import type { Filters } from "../identity.ts";
import type { IdentityTables } from "../tables.ts";
import { unique } from "../unique.store.ts";
import type { Credential, CredentialRow } from "./credential.ts";

type D = Db<IdentityTables>;

export async function insertCredential(db: D, { blob, extra, ...it }: Credential) {
  const row = { ...it, sealed: seal(blob), extra: JSON.stringify(extra), usedWindow: 0 };
  await unique(db.insertInto("identityCredentials").values(row).execute(), () =>
    taken("credential", `Duplicate entry found with ID ${it.id}`),
  );
}

export async function findCredential(db: D, id: string): Promise<Credential | undefined> {
  const row = await db.selectFrom("identityCredentials").selectAll().where("id", "=", id).executeTakeFirst();
  return row && opened(row);
}

export async function getCredential(db: D, id: string): Promise<Credential> {
  const it = await findCredential(db, id);
  if (!it) throw missing("credential", id);
  return it;
}

/** The credentials that a query asks for, as far as they are for these eyes. */
export async function listCredentials(
  db: D,
  query: Filters,
  seen: (it: CredentialRow) => boolean,
): Promise<Credential[]> {
  const all = filtered(db.selectFrom("identityCredentials").selectAll(), query, { texts: ["user_id", "type"] });
  return (await ordered(all, query, ["id"]).execute()).filter(seen).map(opened);
}

export async function listCredentialsOf(db: D, userId: string, type: string): Promise<Credential[]> {
  const of = db.selectFrom("identityCredentials").selectAll().where("userId", "=", userId).where("type", "=", type);
  return (await of.orderBy("id").execute()).map(opened);
}

export async function changeCredential(db: D, id: string, { blob, extra, ...to }: Partial<Credential>) {
  const set: Updateable<IdentityTables["identityCredentials"]> = {
    ...to,
    ...(blob !== undefined && { sealed: seal(blob) }),
    ...(extra && { extra: JSON.stringify(extra) }),
  };
  await db.updateTable("identityCredentials").set(set).where("id", "=", id).execute();
}

export async function deleteCredential(db: D, id: string) {
  await db.deleteFrom("identityCredentials").where("id", "=", id).execute();
}

/** Uses up a passcode with all that are older; says whether this was the first to do so. */
export async function takeWindow(db: D, id: string, window: number): Promise<boolean> {
  const done = await db
    .updateTable("identityCredentials")
    .set({ usedWindow: window })
    .where("id", "=", id)
    .where("usedWindow", "<", window)
    .executeTakeFirst();
  return done.numUpdatedRows === 1n;
}

function opened({ sealed, usedWindow: _, ...it }: CredentialRow): Credential {
  return { ...it, blob: unseal(sealed) };
}
