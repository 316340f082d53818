import { forbidden, notFound } from "#platform/api/errors.ts";
import { reply } from "#platform/service/kit.ts";
import { readCatalog } from "../catalog/catalog.store.ts";
import type { IdentityDriver } from "../driver.ts";
import { mayNot } from "../errors.ts";
import type { ServiceProvider } from "../federation/federation.ts";
import { getServiceProvider } from "../federation/provider.store.ts";
import { listGroupNames } from "../group/group.store.ts";
import { after, hexId, UNVEILED } from "../identity.ts";
import { check } from "../keepers.ts";
import { asking, type Context, unveiled } from "../kit.ts";
import { anyQuery } from "../shapes.schema.ts";
import type { Token } from "../token/token.ts";
import type { Ids } from "./assertion.ts";
import { findKey, keepKey } from "./key.store.ts";
import { newKey } from "./key.work.ts";
import { samlRules as rule } from "./saml.rules.ts";
import { type AskedAssertion, assertionBody } from "./saml.schema.ts";
import type { SamlKey, Statement, Voice } from "./saml.ts";

const path = "/auth/OS-FEDERATION/saml2";
const body = assertionBody;

/** This cloud as an identity provider of others: https://docs.openstack.org/api-ref/identity/v3-ext/#generate-assertions */
export const samlRoutes = [
  asking({ on: `POST ${path}`, rule: rule.assert, body, of: unveiled(prepare), call: keyFor, run: assert }),
  asking({ on: `POST ${path}/ecp`, rule: rule.assert, body, of: unveiled(prepare), call: keyFor, run: wrap }),
  asking({
    on: "GET /OS-FEDERATION/saml2/metadata",
    rule: rule.describe,
    query: anyQuery,
    writes: true,
    of: speak,
    call: keyFor,
    run: describe,
  }),
];

interface Speaking {
  readonly userId?: string;
  readonly voice: Voice;
  readonly now: string;
  readonly kept: SamlKey | undefined;
}
interface Asserting extends Speaking {
  readonly provider: ServiceProvider;
  readonly statement: Statement;
}

async function speak(ctx: Context): Promise<Speaking> {
  const root = `${await rootOf(ctx)}/OS-FEDERATION/saml2`;
  const entityId = ctx.settings["saml-entity-id"] ?? `${root}/idp`;
  return { voice: { entityId, signOnUrl: `${root}/sso` }, now: ctx.now, kept: await findKey(ctx.db) };
}

/** Where the catalogue says that this API is: other clouds know it by that, whatever address a client has used. */
async function rootOf({ db, url }: Context): Promise<string> {
  const { services, endpoints } = await readCatalog(db, undefined);
  const own = services.filter(({ type }) => type === "identity").map(({ id }) => id);
  const known = endpoints.find((it) => it.interface === "public" && own.includes(it.serviceId));
  return known ? `${known.url.replace(/\/(v3\/?)?$/, "")}/v3` : url;
}

async function prepare(ctx: Context, { body: { auth } }: { body: AskedAssertion }): Promise<Asserting> {
  const token = await projectToken(auth.identity.token.id);
  const provider = await getServiceProvider(ctx.db, auth.scope.service_provider.id);
  if (!provider.enabled) throw forbidden(`Service Provider ${provider.id} is disabled`);
  const speaking = await speak(ctx);
  const groups = await listGroupNames(ctx, token.user.id, token.bonds?.federation?.groups ?? []);
  const until = after(ctx.now, ctx.settings["saml-assertion-seconds"] ?? 3600);
  const { name: project, domain } = token.scope.project;
  const statement = {
    issuer: speaking.voice.entityId,
    recipient: provider.spUrl,
    user: token.user.name,
    userDomain: token.user.domain.name,
    roles: token.roles,
    project,
    projectDomain: domain.name,
    groups: groups.map(({ name, domainName }) => ({ name, domain: { name: domainName } })),
    now: ctx.now,
    until: [until, token.expiresAt].sort()[0]!,
  };
  return { ...speaking, provider, statement };
}

type ProjectToken = Token & { readonly scope: Extract<Token["scope"], { kind: "project" }> };

/** Nobody says who he is but by the token in the body: one that is held to certain requests, or to a certificate, says too little. */
async function projectToken(text: string): Promise<ProjectToken> {
  const token = (await check(text))?.token;
  if (!token) throw notFound("Failed to validate token", UNVEILED);
  const { scope, bonds } = token;
  if (scope.kind !== "project") throw mayNot("Use a project scoped token when attempting to create a SAML assertion");
  if (bonds?.applicationCredential?.accessRules || bonds?.oauth2)
    throw mayNot("Use a token without access rules or a certificate when attempting to create a SAML assertion");
  return { ...token, scope };
}

interface Key {
  /** What writes XML is loaded when it is needed first: the start of the program does without. */
  readonly writer: typeof import("./writer.ts");
  readonly key: SamlKey;
  /** It was made just now, as the cloud's own. */
  readonly fresh: boolean;
}

async function keyFor(driver: IdentityDriver, { kept, voice, now }: Speaking): Promise<Key> {
  const writer = await import("./writer.ts");
  const known = driver.samlKey ?? kept;
  return { writer, key: known ?? (await newKey(voice.entityId, now)), fresh: known === undefined };
}

/** Of two that make the cloud's own key at once the first one's is taken. */
async function taken(ctx: Context, { key, fresh }: Key): Promise<SamlKey> {
  return fresh ? keepKey(ctx.db, key, ctx.now) : key;
}

async function assert(ctx: Context, { provider, statement }: Asserting, _: unknown, made: Key) {
  return answer(made.writer.response(statement, ids(ctx), await taken(ctx, made)), provider);
}

async function wrap(ctx: Context, { provider, statement }: Asserting, _: unknown, made: Key) {
  const relayState = provider.relayStatePrefix + hexId(ctx.newId());
  return answer(made.writer.envelope(statement, ids(ctx), await taken(ctx, made), relayState), provider);
}

/** An id of XML does not begin with a digit. */
function ids({ newId }: Context): Ids {
  const id = () => `_${hexId(newId())}`;
  return { response: id(), assertion: id(), session: hexId(newId()) };
}

function answer(xml: string, { spUrl, authUrl }: ServiceProvider) {
  return reply(xml, { headers: { "content-type": "text/xml", "x-sp-url": sent(spUrl), "x-auth-url": sent(authUrl) } });
}

/** What a header carries of a text: its bytes, without those that end a line. */
function sent(url: string): string {
  return Buffer.from(url.replace(/\p{Cc}/gu, "")).toString("latin1");
}

async function describe(ctx: Context, { voice }: Speaking, _: unknown, made: Key) {
  const { certificate } = await taken(ctx, made);
  return reply(made.writer.metadata(voice, certificate), { headers: { "content-type": "text/xml" } });
}
