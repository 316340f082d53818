import { Type } from "typebox";
import { notFound } from "#platform/api/errors.ts";
import { findApplicationCredential } from "../../application-credential/application-credential.store.ts";
import { throughApplicationCredential } from "../../application-credential/through.api.ts";
import { mayNot } from "../../errors.ts";
import { UNVEILED } from "../../identity.ts";
import { check } from "../../keepers.ts";
import type { Context } from "../../kit.ts";
import { loose } from "../../shapes.schema.ts";
import { findKnownUser } from "../../user/user.store.ts";
import { isRevokedSince } from "../revocation.store.ts";
import type { Login } from "../token.schema.ts";
import { marksOf, type Token } from "../token.ts";
import { method } from "./method.ts";

/** A token, for another one of no longer life. */
export const token = method<{ readonly id: string }, Token>({
  name: "token",
  shape: loose({ id: Type.String() }),
  async claim({ db }, { id }, { scope }) {
    const it = await living(db, id);
    mayGoOn(it, scope);
    return it;
  },
  who: (it) => it.user.id,
  async prove(ctx, it) {
    const user = await findKnownUser(ctx.db, { id: it.user.id });
    const through = await stillThrough(ctx, it);
    return user && through && { user, parent: it, bonds: it.bonds, ...through, expiresAt: it.expiresAt };
  },
});

/** Memory may be a moment behind; what is made from a token lives longer than that, so the database is asked as well. */
async function living(db: Context["db"], text: string): Promise<Token> {
  const it = (await check(text))?.token;
  if (!it || (await isRevokedSince(db, marksOf(it), it.saw))) throw notFound("Failed to validate token", UNVEILED);
  return it;
}

/** What somebody was lent is no ground for more: such tokens make no others. */
function mayGoOn({ bonds, scope }: Token, asked: Login["auth"]["scope"]) {
  if (bonds?.oauth1) throw mayNot(instead("OAuth"));
  if (bonds?.trust) throw mayNot(instead("trust"));
  const narrower = typeof asked === "object" && (asked.project ?? asked.domain) !== undefined;
  if (scope.kind === "system" && narrower)
    throw mayNot("Using a system-scoped token to create a project-scoped or domain-scoped token is not allowed");
  if (bonds?.applicationCredential && asked !== undefined)
    throw mayNot("Using an application credential token to create a scoped token is not allowed");
}

function instead(what: string): string {
  return `Using ${what}-scoped token to create another token. Create a new ${what}-scoped token instead`;
}

async function stillThrough(ctx: Context, { bonds }: Token) {
  const id = bonds?.applicationCredential?.id;
  if (!id) return {};
  const it = await findApplicationCredential(ctx.db, id);
  return it && throughApplicationCredential(ctx, it);
}
