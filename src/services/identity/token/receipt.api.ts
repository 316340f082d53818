import { unauthorized } from "#platform/api/errors.ts";
import { reply } from "#platform/service/kit.ts";
import { seal, unseal } from "#platform/store/seal.ts";
import { after } from "../identity.ts";
import type { Context } from "../kit.ts";
import { isInactive } from "../user/compliance.ts";
import { findUser } from "../user/user.store.ts";
import type { KnownUser } from "../user/user.ts";
import type { Proof } from "./methods/method.ts";
import { RECEIPT_LIFETIME, type Receipt, rulesOf, suffices } from "./receipt.ts";
import { isRevokedSince } from "./revocation.store.ts";
import { mark } from "./revocation.ts";
import { receiptBody } from "./token.view.ts";

/** What of a login is still to be shown, and how to go on. */
export interface Owing {
  readonly user: KnownUser;
  readonly methods: readonly string[];
  readonly rules: readonly (readonly string[])[];
}

/** The methods that the receipt in the request's header stands for; 401 if it is not good for this user. */
export async function shownBefore(ctx: Context, user: KnownUser): Promise<readonly string[]> {
  const text = ctx.headers["openstack-auth-receipt"];
  if (!text) return [];
  const it = opened(text);
  if (it?.userId !== user.id || it.expiresAt <= ctx.now) throw unauthorized(`Could not find auth receipt: ${text}.`);
  if (await isRevokedSince(ctx.db, [mark.user(user.id)], it.saw)) throw unauthorized();
  return it.methods;
}

/** What the user's own rules ask for beyond what was shown; undefined: nothing. */
export async function owing(ctx: Context, { user, parent }: Proof, shown: readonly string[], known: readonly string[]) {
  const it = await findUser(ctx.db, user.id);
  if (it && isInactive(ctx.settings, it, ctx.now)) throw unauthorized();
  const rules = rulesOf(it?.options ?? {}, known);
  const methods = [...new Set([...shown, ...(parent?.methods ?? [])])];
  return suffices(rules, methods) ? undefined : { user, methods, rules };
}

/** The answer to somebody who has shown something and not enough. */
export function withReceipt(ctx: Context, { user, methods, rules }: Owing, saw: number) {
  const [issuedAt, expiresAt] = [ctx.now, after(ctx.now, RECEIPT_LIFETIME)];
  const receipt: Receipt = { userId: user.id, methods, issuedAt, expiresAt, saw };
  const required = rules.filter((rule) => rule.some((it) => methods.includes(it)));
  const headers = {
    "openstack-auth-receipt": `receipt.${seal(JSON.stringify(receipt))}`,
    "www-authenticate": `Keystone uri="${ctx.url}"`,
  };
  return reply(receiptBody(receipt, user, required), { status: 401, headers });
}

function opened(text: string): Receipt | undefined {
  if (!text.startsWith("receipt.")) return undefined;
  try {
    return JSON.parse(unseal(text.slice("receipt.".length))) as Receipt;
  } catch {
    return undefined;
  }
}
