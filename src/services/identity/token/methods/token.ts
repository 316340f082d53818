import { Type } from "typebox";
import { unauthorized } from "#platform/api/errors.ts";
import { check } from "../../keepers.ts";
import type { Context } from "../../kit.ts";
import { loose } from "../../shapes.schema.ts";
import { findKnownUser } from "../../user/user.store.ts";
import { isRevokedSince } from "../revocation.store.ts";
import { marksOf, type Token } from "../token.ts";
import { method } from "./method.ts";

export const token = method<{ readonly id: string }, Token>({
  name: "token",
  shape: loose({ id: Type.String() }),
  claim: ({ db }, { id }) => living(db, id),
  async prove({ db }, it) {
    const user = await findKnownUser(db, { id: it.user.id });
    return user && { user, parent: it, expiresAt: it.expiresAt, bonds: it.bonds };
  },
});

/** Memory may be a moment behind; what is made from a token lives longer than that, so the database is asked as well. */
async function living(db: Context["db"], text: string): Promise<Token> {
  const it = (await check(text))?.token;
  if (!it || (await isRevokedSince(db, marksOf(it), it.saw))) throw unauthorized();
  return it;
}
