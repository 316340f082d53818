import { ApiError, badRequest, unauthorized } from "#platform/api/errors.ts";
import { reply } from "#platform/service/kit.ts";
import { accountsOf } from "../attempt/attempt.ts";
import { beginTry, type Try, tryFailed, trySucceeded } from "../attempt/attempt.work.ts";
import { askPresence, type Presence, presenceOf, withPresence } from "../directory/presence.api.ts";
import type { IdentityDriver } from "../driver.ts";
import { errorBody, expecting } from "../errors.ts";
import type { Filters } from "../identity.ts";
import { asking, type Context } from "../kit.ts";
import { anyQuery } from "../shapes.schema.ts";
import { issue, issued } from "./issue.api.ts";
import type { AnyMethod, Proof } from "./methods/method.ts";
import { methodNamed, methods } from "./methods/methods.ts";
import { owing, shownBefore, withReceipt } from "./receipt.api.ts";
import { lastRevocation } from "./revocation.store.ts";
import { tokenRules as rule } from "./token.rules.ts";
import { type Login, loginBody } from "./token.schema.ts";

export const loginRoutes = [
  asking({
    on: "POST /auth/tokens",
    rule: rule.issue,
    query: anyQuery,
    body: loginBody(methods),
    status: { "3.14": 201 },
    of: claim,
    call: ask,
    run: logIn,
  }),
];

const known = methods.map(({ name }) => name);

interface Input {
  readonly body: Login;
  readonly query: Filters;
}
export interface Claims {
  readonly userId?: string;
  /** What counts how often this was tried. */
  readonly tried: Try;
  readonly all: readonly { readonly method: AnyMethod; readonly claim: unknown; readonly presence: Presence }[];
  /** The last revocation before anything was read. */
  readonly saw: number;
}

export async function claim(ctx: Context, { body }: Input): Promise<Claims> {
  const saw = await lastRevocation(ctx.db);
  const { identity } = body.auth;
  const methods = asked(identity);
  const tried = await beginTry(ctx, accountsOf(identity, identity.methods));
  const all = [];
  for (const method of methods) {
    const claim = await method.claim(ctx, identity[method.name], body.auth);
    all.push({ method, claim, presence: await presenceOf(ctx, method, claim) });
  }
  return { tried, all, saw };
}

/** The methods of a login, each once, in their order. */
function asked(identity: Login["auth"]["identity"]): readonly AnyMethod[] {
  const names = [...new Set(identity.methods)];
  if (names.length === 0) throw badRequest("Expecting to find methods in identity.");
  const known = names.map(methodNamed);
  for (const [i, it] of known.entries()) if (it && !identity[it.name]) throw expecting(names[i]!, "identity");
  if (!known.every((it) => it !== undefined)) throw unsupported();
  return known;
}

function unsupported() {
  return new ApiError(401, "Attempted to authenticate with an unsupported method.");
}

interface Answer {
  readonly answer: unknown;
  readonly presence: Presence;
}

export function ask(driver: IdentityDriver, { all }: Claims): Promise<readonly Answer[]> {
  return Promise.all(
    all.map(async ({ method, claim, presence }) => {
      const answer = await method.call?.(driver, claim);
      // whoever has the wrong secret is not told, by how long it takes, whether a directory knows the user
      return { answer, presence: answer === false ? undefined : await askPresence(driver, presence) };
    }),
  );
}

export async function logIn(
  ctx: Context,
  { tried, all, saw }: Claims,
  { body, query }: Input,
  answers: readonly Answer[],
) {
  const proofs: Proof[] = [];
  for (const [i, { method, claim }] of all.entries()) {
    const { answer, presence } = answers[i]!;
    const proof = await withPresence(ctx, await method.prove(ctx, claim, answer), presence);
    if (!proof?.user.enabled) return refused(ctx, tried);
    proofs.push(proof);
  }
  try {
    return await letIn(ctx, { tried, all, saw }, { body, query }, together(proofs));
  } catch (why) {
    if (!(why instanceof ApiError) || why.status >= 500) throw why;
    await trySucceeded(ctx, { ...tried, forgivable: [], strangers: [] });
    return refusal(ctx, why);
  }
}

/** Whoever was proven gets a token, or a receipt where more is to be shown. */
async function letIn(ctx: Context, { tried, all, saw }: Claims, { body, query }: Input, proof: Proof) {
  const names = [...all.map(({ method }) => method.name), ...(await shownBefore(ctx, proof.user))];
  const owed = await owing(ctx, proof, names, known);
  if (owed) {
    await trySucceeded(ctx, { ...tried, forgivable: [], strangers: [] });
    return withReceipt(ctx, owed, saw);
  }
  const token = await issue(ctx, { names, proof, asked: body.auth.scope, saw });
  await trySucceeded(ctx, tried);
  return issued(ctx, token, query);
}

/** What several methods prove: one and the same user, within all of their bounds. */
function together(proofs: readonly Proof[]): Proof {
  const [first, ...more] = proofs as [Proof, ...Proof[]];
  if (more.some(({ user }) => user.id !== first.user.id)) throw unauthorized();
  const expiresAt = proofs
    .map((it) => it.expiresAt)
    .filter((it) => it !== undefined)
    .sort()[0];
  const bonds = proofs.find((it) => it.bonds)?.bonds;
  const saw = Math.max(0, ...proofs.map((it) => it.saw ?? 0));
  return { ...first, ...Object.assign({}, ...more), user: first.user, expiresAt, bonds, saw };
}

async function refused(ctx: Context, tried: Try) {
  await tryFailed(ctx, tried);
  return refusal(ctx, unauthorized());
}

/** A refusal that keeps what was written: a passcode that was shown is used, whatever else was wrong. */
function refusal(ctx: Context, why: ApiError) {
  const challenge = why.status === 401 ? { "www-authenticate": `Keystone uri="${ctx.url}"` } : undefined;
  return reply(errorBody(why), { status: why.status, headers: { ...why.headers, ...challenge } });
}
