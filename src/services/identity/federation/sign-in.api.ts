import { forbidden, notFound, unauthorized } from "#platform/api/errors.ts";
import { Refused } from "#platform/service/driver.ts";
import type { IdentityDriver } from "../driver.ts";
import type { Filters } from "../identity.ts";
import { asking, type Context } from "../kit.ts";
import { anyQuery } from "../shapes.schema.ts";
import { issue, issued } from "../token/issue.api.ts";
import { lastRevocation } from "../token/revocation.store.ts";
import { arrive, type Way } from "./arrival.work.ts";
import { federationRules as rule } from "./federation.rules.ts";
import type { Assertion } from "./mapping.ts";
import * as store from "./provider.store.ts";

const auth = "/OS-FEDERATION/identity_providers/{idp_id}/protocols/{protocol_id}/auth";
const made = { "3.14": 201 } as const;

/** An unscoped token for whoever brings a token of its provider: https://docs.openstack.org/api-ref/identity/v3-ext/#request-an-unscoped-os-federation-token */
export const signInRoutes = [
  asking({
    on: `GET ${auth}`,
    rule: rule.signIn,
    query: anyQuery,
    writes: true,
    status: made,
    of: come,
    call: read,
    run: letIn,
  }),
  asking({ on: `POST ${auth}`, rule: rule.signIn, query: anyQuery, status: made, of: come, call: read, run: letIn }),
];

interface Coming {
  readonly userId?: string;
  readonly way: Way;
  readonly bearer: string;
  readonly saw: number;
}

async function come(ctx: Context, { path }: { path: { idp_id: string; protocol_id: string } }): Promise<Coming> {
  const saw = await lastRevocation(ctx.db);
  const bearer = /^Bearer\s+(\S+)$/i.exec(ctx.headers.authorization ?? "")?.[1];
  if (!bearer) throw unauthorized();
  return { way: await wayBy(ctx, path.idp_id, path.protocol_id), bearer, saw };
}

/** How users of a provider come in; a provider that is switched off lets nobody in. */
export async function wayBy({ db }: Context, providerId: string, protocolId: string): Promise<Way> {
  const provider = await store.getProvider(db, providerId);
  const protocol = await store.getProtocol(db, providerId, protocolId);
  if (!provider.enabled) throw forbidden(`Identity Provider ${providerId} is disabled`);
  const mapping = await store.findMapping(db, protocol.mappingId);
  if (!mapping) throw notFound(`Could not find mapping: ${protocol.mappingId}.`);
  return { provider, protocol, mapping };
}

function read(driver: IdentityDriver, { way, bearer }: Coming): Promise<Assertion | undefined> {
  return orRefused(driver.federation.read(way.provider.id, bearer));
}

/** What a provider does not vouch for is no login, whatever its reason. */
export async function orRefused<T>(asked: Promise<T>): Promise<T | undefined> {
  try {
    return await asked;
  } catch (why) {
    if (why instanceof Refused) return undefined;
    throw why;
  }
}

async function letIn(ctx: Context, { way, saw }: Coming, { query }: { query: Filters }, said: Assertion | undefined) {
  if (!said) throw unauthorized();
  return issued(ctx, await tokenFor(ctx, way, said, saw), query);
}

export async function tokenFor(ctx: Context, way: Way, said: Assertion, saw: number) {
  const proof = await arrive(ctx, way, said);
  return issue(ctx, { names: [way.protocol.id], proof, asked: "unscoped", saw });
}
