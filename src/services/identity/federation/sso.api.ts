import { createHash } from "node:crypto";
import { badRequest, unauthorized } from "#platform/api/errors.ts";
import { reply } from "#platform/service/kit.ts";
import type { Departure, IdentityDriver } from "../driver.ts";
import { after } from "../identity.ts";
import { asking, type Context } from "../kit.ts";
import { held, loose, maybe, name } from "../shapes.schema.ts";
import { lastRevocation } from "../token/revocation.store.ts";
import * as signIns from "./federated.store.ts";
import { federationRules as rule } from "./federation.rules.ts";
import type { SignIn } from "./federation.ts";
import type { Assertion } from "./mapping.ts";
import * as store from "./provider.store.ts";
import { tokenFor } from "./sign-in.api.ts";
import { page } from "./sso.view.ts";
import { orRefused, type Way, wayBy } from "./way.work.ts";

const query = held<{ origin?: string }>(loose({ origin: maybe(name) }));
const of = { rule: rule.signIn, query, writes: true as const };
const back = "/auth/OS-FEDERATION/callback";
const byProvider = "/auth/OS-FEDERATION/identity_providers/{idp_id}/protocols/{protocol_id}/websso";
/** As the API reference spells it; Keystone and its clients say the one above. */
const asDocumented = "/auth/OS-FEDERATION/identity_providers/{idp_id}/protocol/{protocol_id}/websso";

/** A browser's login: from the dashboard to the provider, back here, and with a token to the dashboard. */
export const ssoRoutes = [
  asking({ ...of, on: "GET /auth/OS-FEDERATION/websso/{protocol_id}", of: leaveByProtocol, call: begin, run: send }),
  asking({ ...of, on: `GET ${byProvider}`, of: leave, call: begin, run: send }),
  asking({ ...of, on: `GET ${asDocumented}`, of: leave, call: begin, run: send }),
  asking({
    ...of,
    on: `GET ${back}`,
    query: held<Callback>(loose({ state: maybe(name) })),
    of: returned,
    call: finish,
    run: letIn,
  }),
];

const cookie = "crunch_sign_in";
/** How long a user may take to log in, in seconds. */
const PATIENCE = 600;

interface Leaving {
  readonly userId?: string;
  readonly way: Way;
  readonly origin: string;
  readonly redirect: string;
}
type Asked<P> = { readonly path: P; readonly query: { readonly origin?: string } };

/** With the protocol alone there has to be one provider that has it. */
async function leaveByProtocol(ctx: Context, { path, query }: Asked<{ protocol_id: string }>): Promise<Leaving> {
  const [idp, ...more] = await store.listProvidersWith(ctx.db, path.protocol_id);
  if (!idp || more.length > 0)
    throw badRequest(
      `${idp ? "Several identity providers have" : "No identity provider has"} the protocol ${path.protocol_id}.`,
    );
  return leave(ctx, { path: { idp_id: idp, protocol_id: path.protocol_id }, query });
}

async function leave(ctx: Context, { path, query }: Asked<{ idp_id: string; protocol_id: string }>): Promise<Leaving> {
  const { origin } = query;
  if (!origin) throw badRequest("Request must have an origin query parameter");
  const trusted = ctx.settings["trusted-dashboards"]?.split(",") ?? [];
  if (!trusted.includes(origin)) throw unauthorized(`${origin} is not a trusted dashboard host`);
  return { way: await wayBy(ctx, path.idp_id, path.protocol_id), origin, redirect: ctx.url + back };
}

function begin(driver: IdentityDriver, { way, redirect }: Leaving): Promise<Departure | undefined> {
  return orRefused(driver.federation.begin(way.provider.id, redirect));
}

/** The cookie ties the way back to this browser: nobody can make another one come in as him. */
async function send(ctx: Context, { way, origin }: Leaving, _: object, departure: Departure | undefined) {
  if (!departure) throw unauthorized();
  const { url, state, secrets: sealed } = departure;
  const { protocol } = way;
  const it = {
    state,
    idpId: protocol.idpId,
    protocolId: protocol.id,
    origin,
    sealed,
    expiresAt: after(ctx.now, PATIENCE),
  };
  await signIns.insertSignIn(ctx.db, it, ctx.now);
  const { pathname, protocol: scheme } = new URL(ctx.url);
  const guard = `HttpOnly; SameSite=Lax; Max-Age=${PATIENCE}${scheme === "https:" ? "; Secure" : ""}`;
  const headers = { location: url, "set-cookie": `${cookie}=${markOf(state)}; Path=${pathname}${back}; ${guard}` };
  return reply("", { status: 302, headers });
}

interface Callback {
  readonly state?: string;
}
interface Back {
  readonly userId?: string;
  readonly way: Way;
  readonly signIn: SignIn;
  readonly arrived: string;
  readonly saw: number;
}

async function returned(ctx: Context, { query }: { query: Callback }): Promise<Back> {
  const saw = await lastRevocation(ctx.db);
  const { state = "" } = query;
  const signIn = await signIns.findSignIn(ctx.db, state, ctx.now);
  const ours = (ctx.headers.cookie ?? "").split(/;\s*/).includes(`${cookie}=${markOf(state)}`);
  if (!signIn || !ours) throw unauthorized("This login is not known here, or it took too long. Begin again.");
  const arrived = `${ctx.url}${back}?${new URLSearchParams(query as Record<string, string>)}`;
  return { way: await wayBy(ctx, signIn.idpId, signIn.protocolId), signIn, arrived, saw };
}

function finish(driver: IdentityDriver, { way, signIn, arrived }: Back): Promise<Assertion | undefined> {
  return orRefused(driver.federation.finish(way.provider.id, arrived, signIn.sealed));
}

async function letIn(ctx: Context, { way, signIn, saw }: Back, _: object, said: Assertion | undefined) {
  if (!(await signIns.takeSignIn(ctx.db, signIn.state)) || !said) throw unauthorized();
  const { text } = await tokenFor(ctx, way, said, saw);
  const headers = { "content-type": "text/html; charset=UTF-8", "cache-control": "no-store" };
  return reply(page(signIn.origin, text), { headers });
}

function markOf(state: string): string {
  return createHash("sha256").update(state).digest("base64url");
}
