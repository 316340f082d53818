import { badRequest, unauthorized } from "#platform/api/errors.ts";
import { reply } from "#platform/service/kit.ts";
import { mayNot, missing } from "../errors.ts";
import { listEffectiveRoles } from "../grant/grant.store.ts";
import { after, hexId } from "../identity.ts";
import { type Context, route } from "../kit.ts";
import { getProject } from "../project/project.store.ts";
import { isDelegated } from "../token/bonds.ts";
import { oauth1Rules as rule } from "./oauth1.rules.ts";
import { type Authorize, authorize } from "./oauth1.schema.ts";
import * as store from "./oauth1.store.ts";
import { ACCESS_LIFETIME, type OauthToken, REQUEST_LIFETIME } from "./oauth1.ts";
import { secretBody } from "./oauth1.view.ts";
import { signedBy } from "./signed.api.ts";

const of = () => ({});
const made = { "3.14": 201 } as const;

/** The way of a consumer to an access token: it asks, a user authorises, it asks again with what the user was told. */
export const requestRoutes = [
  route({ on: "POST /OS-OAUTH1/request_token", rule: rule.signed, status: made, of, run: request }),
  route({
    on: "PUT /OS-OAUTH1/authorize/{request_token_id}",
    rule: rule.authorize_request_token,
    body: authorize,
    of,
    run: letIn,
  }),
  route({ on: "POST /OS-OAUTH1/access_token", rule: rule.signed, status: made, of, run: access }),
];

async function request(ctx: Context) {
  const projectId = ctx.headers["requested-project-id"];
  const { consumer } = await signedBy(ctx, { path: "/OS-OAUTH1/request_token" });
  if (!projectId)
    throw badRequest(
      "Expecting to find Requested-Project-Id in request. The server could not comply with the request since it is either malformed or otherwise incorrect. The client is assumed to be in error.",
    );
  await getProject(ctx.db, projectId);
  const it = {
    ...fresh(ctx, REQUEST_LIFETIME),
    kind: "request",
    consumerId: consumer.id,
    projectId,
    userId: null,
    roleIds: [],
    verifier: null,
  } as const;
  await store.insertToken(ctx.db, it);
  return form(it);
}

async function letIn(ctx: Context, _: object, input: { path: { request_token_id: string }; body: Authorize }) {
  const { actor } = ctx;
  if (isDelegated(actor)) throw mayNot("Cannot authorize a request token with a token issued via delegation.");
  const it = await store.findToken(ctx.db, "request", input.path.request_token_id);
  if (!it) throw missing("Request Token", input.path.request_token_id);
  if (isOver(it, ctx.now)) throw unauthorized("Request token is expired.");
  const roleIds = await theirs(ctx, it, input.body.roles);
  const verifier = verifierOf(ctx.newId());
  await store.authorizeRequest(ctx.db, it.id, { userId: actor.userId, roleIds, verifier });
  return { token: { oauth_verifier: verifier } };
}

/** The roles that are asked for, each of which the user has on the project. */
async function theirs(ctx: Context, { projectId }: OauthToken, asked: Authorize["roles"]) {
  const held = await listEffectiveRoles(ctx, ctx.actor.userId, { projectId, domainId: null });
  return asked.map((one) => {
    const it = held.find(({ id, name }) => (one.id ? id === one.id : name === one.name));
    if (!it) throw unauthorized("authorizing user does not have role required");
    return it.id;
  });
}

async function access(ctx: Context) {
  const { token, parameters } = await signedBy(ctx, { path: "/OS-OAUTH1/access_token", kind: "request" });
  if (!token?.userId || !token.verifier || parameters.oauth_verifier !== token.verifier) throw unauthorized();
  if (!(await store.deleteToken(ctx.db, token.id))) throw unauthorized();
  const it: OauthToken = { ...token, ...fresh(ctx, ACCESS_LIFETIME), kind: "access", verifier: null };
  await store.insertToken(ctx.db, it);
  return form(it);
}

function fresh({ newId, now }: Context, lifetime: number) {
  return { id: hexId(newId()), secret: hexId(newId()), expiresAt: after(now, lifetime) };
}

export function isOver({ expiresAt }: OauthToken, now: string): boolean {
  return expiresAt !== null && expiresAt <= now;
}

/** Eight letters that a user can type. */
function verifierOf(uuid: string): string {
  return Buffer.from(hexId(uuid), "hex").toString("base64url").replace(/[-_]/g, "").slice(0, 8);
}

function form(it: OauthToken) {
  return reply(secretBody(it), { status: 201, headers: { "content-type": "application/x-www-form-urlencoded" } });
}
