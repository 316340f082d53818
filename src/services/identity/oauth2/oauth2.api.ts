import { Type } from "typebox";
import { ApiError } from "#platform/api/errors.ts";
import { Reply, reply } from "#platform/service/kit.ts";
import type { IdentityDriver } from "../driver.ts";
import { asking, type Context } from "../kit.ts";
import { held, loose, maybe } from "../shapes.schema.ts";
import { ask, type Claims, claim, logIn } from "../token/login.api.ts";
import { tokenRules as rule } from "../token/token.rules.ts";
import type { Login } from "../token/token.schema.ts";

const form = "application/x-www-form-urlencoded";
const text = maybe(Type.String());

/** An application credential's token as OAuth 2.0 gives it: https://docs.openstack.org/api-ref/identity/v3-ext/#os-oauth2 */
export const oauth2Routes = [
  asking({
    on: "POST /OS-OAUTH2/token",
    rule: rule.issue,
    accepts: [form],
    body: held<Asked>(loose({ grant_type: text, client_id: text, client_secret: text, scope: text })),
    of: begin,
    call: prove,
    run: give,
  }),
];

interface Asked {
  readonly grant_type?: string;
  readonly client_id?: string;
  readonly client_secret?: string;
}
type Begun = OauthRefusal | (Claims & { readonly login: Login });
type Answers = Awaited<ReturnType<typeof ask>>;

/** Why nothing is given, in OAuth's own words (RFC 6749, 5.2). */
class OauthRefusal {
  readonly userId?: undefined;
  readonly status: number;
  readonly error: string;
  readonly description: string;
  constructor(status: number, error: string, description: string) {
    [this.status, this.error, this.description] = [status, error, description];
  }
}

async function begin(ctx: Context, { body }: { body: Asked }): Promise<Begun> {
  const client = clientOf(ctx, body);
  if (!client) return refusedClient();
  const { grant_type: grant } = body;
  if (!grant) return new OauthRefusal(400, "invalid_request", "The parameter grant_type is required.");
  if (grant !== "client_credentials")
    return new OauthRefusal(400, "unsupported_grant_type", `The parameter grant_type ${grant} is not supported.`);
  const identity = { methods: ["application_credential"], application_credential: client };
  const login: Login = { auth: { identity } };
  return { ...(await claim(ctx, { body: login, query: {} })), login };
}

/** By HTTP Basic, or in the body. */
function clientOf({ headers }: Context, { client_id: id, client_secret: secret }: Asked) {
  const basic = /^Basic\s+(\S+)$/i.exec(headers.authorization ?? "")?.[1];
  if (!basic) return id && secret ? { id, secret } : undefined;
  const [user = "", ...rest] = Buffer.from(basic, "base64").toString("utf8").split(":");
  return user && rest.length > 0 ? { id: user, secret: rest.join(":") } : undefined;
}

const refusedClient = () => new OauthRefusal(401, "invalid_client", "Client authentication failed.");

async function prove(driver: IdentityDriver, it: Begun): Promise<Answers> {
  return it instanceof OauthRefusal ? [] : ask(driver, it);
}

async function give(ctx: Context, it: Begun, _: object, answers: Answers) {
  if (it instanceof OauthRefusal) return refusal(ctx, it);
  const answer = await logIn(ctx, it, { body: it.login, query: { nocatalog: "" } }, answers).catch(orUnauthorized);
  if (!(answer instanceof Reply) || answer.status !== 201) return refusal(ctx, refusedClient());
  const { token } = answer.body as { token: { expires_at: string } };
  const seconds = Math.floor((Date.parse(token.expires_at) - Date.parse(ctx.now)) / 1000);
  const body = { access_token: answer.headers["x-subject-token"], token_type: "Bearer", expires_in: seconds };
  return reply(body, { headers: { "cache-control": "no-store", pragma: "no-cache" } });
}

function orUnauthorized(why: unknown): undefined {
  if (why instanceof ApiError && why.status === 401) return undefined;
  throw why;
}

function refusal({ url }: Context, { status, error, description }: OauthRefusal) {
  const challenge: Record<string, string> = status === 401 ? { "www-authenticate": `Keystone uri="${url}"` } : {};
  return reply(
    { error, error_description: description },
    { status, headers: { "cache-control": "no-store", ...challenge } },
  );
}
