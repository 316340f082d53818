import { unauthorized } from "#platform/api/errors.ts";
import type { IdentityDriver } from "../driver.ts";
import type { Filters } from "../identity.ts";
import { asking, type Context } from "../kit.ts";
import { anyQuery } from "../shapes.schema.ts";
import { issue, issued } from "../token/issue.api.ts";
import { lastRevocation } from "../token/revocation.store.ts";
import { arrive } from "./arrival.work.ts";
import { federationRules as rule } from "./federation.rules.ts";
import type { Assertion } from "./mapping.ts";
import { orRefused, type Way, wayBy } from "./way.work.ts";

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

function read(driver: IdentityDriver, { way, bearer }: Coming): Promise<Assertion | undefined> {
  return orRefused(driver.federation.read(way.provider.id, bearer));
}

async function letIn(ctx: Context, { way, saw }: Coming, { query }: { query: Filters }, said: Assertion | undefined) {
  if (!said) throw unauthorized();
  return issued(ctx, await tokenFor(ctx, way, said, saw), query);
}

export async function tokenFor(ctx: Context, way: Way, said: Assertion, saw: number) {
  const proof = await arrive(ctx, way, said);
  return issue(ctx, { names: [way.protocol.id], proof, asked: "unscoped", saw });
}
