import type { Db } from "#platform/store/db.ts";
import { seal, unseal } from "#platform/store/seal.ts";
import type { IdentityTables } from "../tables.ts";
import type { SamlKey } from "./saml.ts";

type D = Db<IdentityTables>;

export async function findKey(db: D): Promise<SamlKey | undefined> {
  const row = await db.selectFrom("identitySamlKeys").selectAll().executeTakeFirst();
  return row && { privateKey: unseal(row.sealed), certificate: row.certificate };
}

/** Keeps a key where there is none; the one that is kept. */
export async function keepKey(db: D, { privateKey, certificate }: SamlKey, madeAt: string): Promise<SamlKey> {
  const row = { sealed: seal(privateKey), certificate, madeAt };
  await db
    .insertInto("identitySamlKeys")
    .values(row)
    .onConflict((c) => c.doNothing())
    .execute();
  return (await findKey(db))!;
}
