import { Type } from "typebox";
import { ApiError } from "#platform/api/errors.ts";
import { type Reply, reply } from "#platform/service/kit.ts";
import type { IdentityDriver } from "../driver.ts";
import { after } from "../identity.ts";
import { check } from "../keepers.ts";
import { asking, type Context } from "../kit.ts";
import { findProjectNamed, listProjectsOf } from "../project/project.store.ts";
import { anyQuery, held, loose, maybe } from "../shapes.schema.ts";
import { ask, type Claims, claim, logIn } from "../token/login.api.ts";
import type { AnyMethod, Proof } from "../token/methods/method.ts";
import { tokenRules as rule } from "../token/token.rules.ts";
import type { AskedScope, Login } from "../token/token.schema.ts";
import type { Token } from "../token/token.ts";
import {
  BEARER_LIFETIME,
  basicOf,
  byApplicationCredential,
  byPassword,
  byToken,
  type Client,
  isId,
  projectOf,
  TOKEN_USER,
  userAndDomain,
} from "./registry-token.login.ts";

const on = "/registry/token";
const form = "application/x-www-form-urlencoded";
const text = maybe(Type.String());
const fields = { grant_type: text, username: text, password: text, refresh_token: text, scope: text };

/** Tokens for clients of the container registry: https://distribution.github.io/distribution/spec/auth/token/ and …/auth/oauth/ */
export const registryTokenRoutes = [
  asking({ on: `GET ${on}`, rule: rule.issue, query: anyQuery, writes: true, of: beginBasic, call: prove, run: give }),
  asking({
    on: `POST ${on}`,
    rule: rule.issue,
    accepts: [form],
    body: held<Asked>(loose(fields)),
    of: beginForm,
    call: prove,
    run: give,
  }),
];

interface Asked {
  readonly grant_type?: string;
  readonly username?: string;
  readonly password?: string;
  readonly refresh_token?: string;
  readonly scope?: string;
}
type Begun = (Claims & { readonly login: Login }) | Ready;
type Answers = Awaited<ReturnType<typeof ask>>;

/** Nothing is left to prove: the token that was shown will do; or nothing was shown that could be proven. */
class Ready {
  readonly userId?: undefined;
  readonly text: string | undefined;
  readonly until: string;
  constructor(text?: string, until = "") {
    [this.text, this.until] = [text, until];
  }
}

function beginBasic(ctx: Context, { query }: { query: object }): Promise<Begun> {
  const scopes = [(query as { scope?: string | string[] }).scope ?? []].flat();
  return begin(ctx, basicOf(ctx.headers.authorization), projectOf(scopes));
}

function beginForm(ctx: Context, { body }: { body: Asked }): Promise<Begun> {
  const { grant_type: grant, username, password, refresh_token: token, scope } = body;
  const client =
    grant === "refresh_token"
      ? { name: TOKEN_USER, secret: token ?? "" }
      : username && password !== undefined
        ? { name: username, secret: password }
        : basicOf(ctx.headers.authorization);
  return begin(ctx, client, projectOf(scope === undefined ? [] : [scope]));
}

async function begin(ctx: Context, client: Client | undefined, scope: AskedScope | undefined): Promise<Begun> {
  if (!client) return new Ready();
  const known = client.name === TOKEN_USER ? await check(client.secret) : undefined;
  if (client.name === TOKEN_USER && !known) return new Ready();
  if (known && suits(known.token, scope)) return new Ready(client.secret, known.token.expiresAt);
  const login = known ? byToken(client.secret, scope) : await loginOf(ctx, client, scope);
  const { all, ...claims } = await claim(ctx, { body: login, query: {} });
  return { ...claims, all: all.map((it) => ({ ...it, method: forClients(it.method, scope) })), login };
}

/** What is bound to one scope makes no other tokens: it goes as far as it goes. */
function suits({ scope, bonds }: Token, asked: AskedScope | undefined): boolean {
  if (bonds || asked === undefined) return true;
  const { id, name } = asked.project ?? {};
  if (scope.kind !== "project") return false;
  return id === undefined
    ? scope.project.name === name && scope.project.domain.id === "default"
    : scope.project.id === id;
}

async function loginOf({ db }: Context, client: Client, scope: AskedScope | undefined): Promise<Login> {
  if (isId(client.name)) return byApplicationCredential(client);
  const parts = userAndDomain(client.name);
  const domain = parts && (await findProjectNamed(db, parts.domain, null));
  const user = domain
    ? { name: parts.name, domain: { id: domain.id } }
    : { name: client.name, domain: { id: "default" } };
  return byPassword(user, client.secret, scope);
}

/** The same method, whose tokens live no longer than a registry's client needs one. */
function forClients(method: AnyMethod, scope: AskedScope | undefined): AnyMethod {
  return {
    ...method,
    async prove(ctx, claim, answer) {
      const proof = await method.prove(ctx, claim, answer);
      if (!proof) return undefined;
      const until = after(ctx.now, BEARER_LIFETIME);
      const expiresAt = [until, ...(proof.expiresAt ? [proof.expiresAt] : [])].sort()[0]!;
      return { ...proof, ...(scope === undefined && { user: await atHome(ctx, proof) }), expiresAt };
    },
  };
}

/** Clients that search name no project (as "podman search" does): who has only one means that one. */
async function atHome(ctx: Context, { user }: Proof): Promise<Proof["user"]> {
  if (user.defaultProjectId !== null) return user;
  const [only, ...more] = await listProjectsOf(ctx, user.id, false);
  return only && more.length === 0 ? { ...user, defaultProjectId: only.id } : user;
}

async function prove(driver: IdentityDriver, it: Begun): Promise<Answers> {
  return it instanceof Ready ? [] : ask(driver, it);
}

async function give(ctx: Context, it: Begun, _: object, answers: Answers): Promise<Reply> {
  if (it instanceof Ready) return it.text === undefined ? refused() : given(ctx, it.text, it.until);
  const answer = await logIn(ctx, it, { body: it.login, query: { nocatalog: "" } }, answers).catch(orRefused);
  if (answer?.status !== 201) return refused();
  const { token } = answer.body as { token: { expires_at: string } };
  return given(ctx, answer.headers["x-subject-token"]!, token.expires_at);
}

function given({ now }: Context, token: string, until: string): Reply {
  const seconds = Math.max(0, Math.floor((Date.parse(until) - Date.parse(now)) / 1000));
  const body = { token, access_token: token, token_type: "Bearer", expires_in: seconds, issued_at: now };
  return reply(body, { headers: { "cache-control": "no-store" } });
}

/** In the words of the registry, whose clients ask. */
function refused(): Reply {
  const message = "Authentication failed, or the account has no role in the project.";
  const headers = { "www-authenticate": 'Basic realm="crunch"', "cache-control": "no-store" };
  return reply({ errors: [{ code: "UNAUTHORIZED", message, detail: null }] }, { status: 401, headers });
}

function orRefused(why: unknown): undefined {
  if (why instanceof ApiError && [401, 403, 404].includes(why.status)) return undefined;
  throw why;
}
