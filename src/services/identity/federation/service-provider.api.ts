import { tellShown } from "../catalog/shown.ts";
import { defined, type Filters } from "../identity.ts";
import { type Context, route } from "../kit.ts";
import { collection } from "../links.view.ts";
import { anyQuery } from "../shapes.schema.ts";
import { federationRules as rule } from "./federation.rules.ts";
import { changeServiceProvider, createServiceProvider, type ServiceProviderFields } from "./federation.schema.ts";
import type { ServiceProvider } from "./federation.ts";
import { serviceProviderBody } from "./federation.view.ts";
import * as store from "./provider.store.ts";

const query = anyQuery;
const of = () => ({});
const made = { "3.14": 201 } as const;
const gone = { "3.14": 204 } as const;
const one = "/OS-FEDERATION/service_providers/{id}";

export const serviceProviderRoutes = [
  route({ on: "GET /OS-FEDERATION/service_providers", rule: rule.list_service_providers, query, of, run: list }),
  route({ on: `GET ${one}`, rule: rule.get_service_provider, query, of: load, run: show }),
  route({
    on: `PUT ${one}`,
    rule: rule.create_service_provider,
    body: createServiceProvider,
    status: made,
    of,
    run: create,
  }),
  route({ on: `PATCH ${one}`, rule: rule.update_service_provider, body: changeServiceProvider, of: load, run: change }),
  route({ on: `DELETE ${one}`, rule: rule.delete_service_provider, status: gone, of: load, run: remove }),
];

interface Loaded {
  readonly it: ServiceProvider;
  readonly target: object;
}
interface Path {
  readonly path: { readonly id: string };
}

async function load({ db }: Context, { path }: Path): Promise<Loaded> {
  return { it: await store.getServiceProvider(db, path.id), target: {} };
}

async function list(ctx: Context, _: object, { query }: { query: Filters }) {
  const all = (await store.listServiceProviders(ctx.db, query)).map((it) => serviceProviderBody(ctx, it));
  return collection(ctx, "service_providers", "/OS-FEDERATION/service_providers", query, all);
}

function show(ctx: Context, { it }: Loaded) {
  return { service_provider: serviceProviderBody(ctx, it) };
}

async function create(
  ctx: Context,
  _: object,
  { path, body: { service_provider: asked } }: Path & { body: { service_provider: ServiceProviderFields } },
) {
  const it: ServiceProvider = {
    id: path.id,
    authUrl: asked.auth_url,
    spUrl: asked.sp_url,
    enabled: asked.enabled ?? false,
    description: asked.description ?? null,
    relayStatePrefix: asked.relay_state_prefix ?? "ss:mem:",
  };
  await store.insertServiceProvider(ctx.db, it);
  await tellShown(ctx);
  return { service_provider: serviceProviderBody(ctx, it) };
}

async function change(
  ctx: Context,
  { it }: Loaded,
  { body: { service_provider: asked } }: { body: { service_provider: Partial<ServiceProviderFields> } },
) {
  const to = defined({
    authUrl: asked.auth_url,
    spUrl: asked.sp_url,
    enabled: asked.enabled,
    description: asked.description,
    relayStatePrefix: asked.relay_state_prefix ?? undefined,
  });
  await store.changeServiceProvider(ctx.db, it.id, to);
  await tellShown(ctx);
  return { service_provider: serviceProviderBody(ctx, { ...it, ...to }) };
}

async function remove(ctx: Context, { it }: Loaded) {
  await store.deleteServiceProvider(ctx.db, it.id);
  await tellShown(ctx);
}
