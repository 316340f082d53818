import { defined, type Filters, hexId } from "../identity.ts";
import { type Context, route } from "../kit.ts";
import { collection } from "../links.view.ts";
import { getProject, insertProject } from "../project/project.store.ts";
import { anyQuery } from "../shapes.schema.ts";
import { revoke } from "../token/revocation.store.ts";
import { mark } from "../token/revocation.ts";
import { federationRules as rule } from "./federation.rules.ts";
import { changeProvider, createProvider, type ProviderFields } from "./federation.schema.ts";
import type { KnownProvider } from "./federation.ts";
import { providerBody } from "./federation.view.ts";
import * as store from "./provider.store.ts";

const query = anyQuery;
const of = () => ({});
const made = { "3.14": 201 } as const;
const gone = { "3.14": 204 } as const;
const one = "/OS-FEDERATION/identity_providers/{id}";

/** https://docs.openstack.org/api-ref/identity/v3-ext/#os-federation */
export const providerRoutes = [
  route({ on: "GET /OS-FEDERATION/identity_providers", rule: rule.list_identity_providers, query, of, run: list }),
  route({ on: `GET ${one}`, rule: rule.get_identity_provider, query, of: load, run: show }),
  route({ on: `PUT ${one}`, rule: rule.create_identity_provider, body: createProvider, status: made, of, run: create }),
  route({ on: `PATCH ${one}`, rule: rule.update_identity_provider, body: changeProvider, of: load, run: change }),
  route({ on: `DELETE ${one}`, rule: rule.delete_identity_provider, status: gone, of: load, run: remove }),
];

interface Loaded {
  readonly it: KnownProvider;
  readonly target: object;
}
interface Said {
  readonly path: { readonly id: string };
  readonly body: { readonly identity_provider: ProviderFields };
}

async function load({ db }: Context, { path }: { path: { id: string } }): Promise<Loaded> {
  return { it: await store.getProvider(db, path.id), target: {} };
}

async function list(ctx: Context, _: object, { query }: { query: Filters }) {
  const all = (await store.listProviders(ctx.db, query)).map((it) => providerBody(ctx, it));
  return collection(ctx, "identity_providers", "/OS-FEDERATION/identity_providers", query, all);
}

function show(ctx: Context, { it }: Loaded) {
  return { identity_provider: providerBody(ctx, it) };
}

async function create(ctx: Context, _: object, { path, body: { identity_provider: asked } }: Said) {
  const it: KnownProvider = {
    id: path.id,
    enabled: asked.enabled ?? false,
    description: asked.description ?? null,
    domainId: asked.domain_id ? (await getProject(ctx.db, asked.domain_id)).id : await ownDomain(ctx, path.id),
    authorizationTtl: asked.authorization_ttl ?? null,
    remoteIds: asked.remote_ids ?? [],
  };
  await store.insertProvider(ctx.db, it);
  return { identity_provider: providerBody(ctx, it) };
}

/** Where nobody names a domain, a provider's users get one of their own. */
async function ownDomain(ctx: Context, providerId: string): Promise<string> {
  const id = hexId(ctx.newId());
  const description = `Auto generated federated domain for Identity Provider: ${providerId}`;
  const plain = { domainId: null, parentId: null, isDomain: true, enabled: true, tags: [], options: {}, extra: {} };
  await insertProject(ctx.db, { ...plain, id, name: id, description });
  return id;
}

async function change(ctx: Context, { it }: Loaded, { body: { identity_provider: asked } }: Said) {
  const to = defined({
    enabled: asked.enabled,
    description: asked.description,
    authorizationTtl: asked.authorization_ttl,
    remoteIds: asked.remote_ids === null ? [] : asked.remote_ids,
  });
  await store.changeProvider(ctx.db, it.id, to);
  if (it.enabled && to.enabled === false) await revoke(ctx, mark.identityProvider(it.id));
  return { identity_provider: providerBody(ctx, { ...it, ...to }) };
}

async function remove(ctx: Context, { it }: Loaded) {
  await store.deleteProvider(ctx.db, it.id);
  await revoke(ctx, mark.identityProvider(it.id));
}
