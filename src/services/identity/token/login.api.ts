import { ApiError, badRequest, unauthorized } from "#platform/api/errors.ts";
import { reply } from "#platform/service/kit.ts";
import { listEndpoints, listServices } from "../catalog/catalog.store.ts";
import type { PasswordDriver } from "../driver.ts";
import { expecting } from "../errors.ts";
import { after, type Filters, TOKEN_LIFETIME } from "../identity.ts";
import { check } from "../keepers.ts";
import { asking, type Context } from "../kit.ts";
import { anyQuery } from "../shapes.schema.ts";
import { findKnownUser } from "../user/user.store.ts";
import type { KnownUser } from "../user/user.ts";
import { signingKey } from "./key.store.ts";
import { encrypt } from "./key.ts";
import { isRevokedSince, lastRevocation } from "./revocation.store.ts";
import { takeScope, which } from "./scope.api.ts";
import { tokenRules as rule } from "./token.rules.ts";
import { type Login, loginBody } from "./token.schema.ts";
import { auditId, marksOf, pack, type Token } from "./token.ts";
import { tokenBody } from "./token.view.ts";

export const loginRoutes = [
  asking({
    on: "POST /auth/tokens",
    rule: rule.issue,
    query: anyQuery,
    body: loginBody,
    status: { "3.14": 201 },
    of: claim,
    call: prove,
    run: issue,
  }),
];

interface Claim {
  readonly userId?: string;
  readonly user: KnownUser | undefined;
  /** What is to be proven by hash; undefined where a token has proven it. */
  readonly password: string | undefined;
  readonly parent: Token | undefined;
  /** The last revocation before anything was read. */
  readonly saw: number;
}

async function claim({ db }: Context, { body }: { body: Login }): Promise<Claim> {
  const saw = await lastRevocation(db);
  const { methods, password, token } = body.auth.identity;
  if (methods.length === 0) throw badRequest("Expecting to find methods in identity.");
  for (const one of methods) if (one !== "password" && one !== "token") throw unsupported();
  if (methods.includes("password") && !password) throw expecting("password", "identity");
  if (methods.includes("token") && !token) throw expecting("token", "identity");
  const parent = methods.includes("token") ? await parentOf(db, token!.id) : undefined;
  const user = await findKnownUser(
    db,
    methods.includes("password") ? which(password!.user, "user") : { id: parent!.user.id },
  );
  const asked = methods.includes("password") ? (password!.user.password ?? "") : undefined;
  const same = !parent || user?.id === parent.user.id;
  return { userId: user?.id, user: same ? user : undefined, password: asked, parent, saw };
}

function prove(driver: PasswordDriver, { user, password }: Claim): Promise<boolean> {
  return password === undefined ? Promise.resolve(true) : driver.matches(password, user?.passwordHash ?? null);
}

async function issue(ctx: Context, claim: Claim, { body, query }: { body: Login; query: Filters }, proven: boolean) {
  const { user, parent, saw } = claim;
  if (!proven || !user?.enabled) throw unauthorized();
  const { scope, roles } = await takeScope(ctx.db, user, body.auth.scope);
  const own = auditId(ctx.newId());
  const token: Token = {
    user: { id: user.id, name: user.name, domain: { id: user.domainId, name: user.domainName } },
    scope,
    roles: roles.map(({ name }) => name),
    methods: [...new Set([...body.auth.identity.methods, ...(parent?.methods ?? [])])],
    auditIds: parent ? [own, parent.auditIds.at(-1)!] : [own],
    issuedAt: ctx.now,
    expiresAt: parent?.expiresAt ?? after(ctx.now, TOKEN_LIFETIME),
    saw,
  };
  const text = encrypt(await signingKey(ctx), pack(token), ctx.now);
  const catalog = "nocatalog" in query ? null : await catalogRows(ctx);
  const headers = { "x-subject-token": text, vary: "X-Auth-Token" };
  return reply(tokenBody(token, roles, catalog), { status: 201, headers });
}

export async function catalogRows({ db }: Pick<Context, "db">) {
  const [services, endpoints] = [await listServices(db, {}), await listEndpoints(db, {})];
  return { services, endpoints };
}

/** Memory may be a moment behind; what is made from a token lives longer than that, so the database is asked as well. */
async function parentOf(db: Context["db"], text: string): Promise<Token> {
  const token = (await check(text))?.token;
  if (!token || (await isRevokedSince(db, marksOf(token), token.saw))) throw unauthorized();
  return token;
}

function unsupported() {
  return new ApiError(401, "Attempted to authenticate with an unsupported method.");
}
