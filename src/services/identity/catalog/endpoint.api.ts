import { badRequest } from "#platform/api/errors.ts";
import { expecting, sameId } from "../errors.ts";
import { defined, extraOf, type Filters, hexId } from "../identity.ts";
import { type Context, route } from "../kit.ts";
import { page } from "../links.view.ts";
import { findProject } from "../project/project.store.ts";
import { anyQuery } from "../shapes.schema.ts";
import { catalogRules as rule } from "./catalog.rules.ts";
import { changeEndpoint, createEndpoint, type EndpointFields, endpointNames } from "./catalog.schema.ts";
import * as store from "./catalog.store.ts";
import type { Endpoint } from "./catalog.ts";
import { endpointBody } from "./catalog.view.ts";
import { tellShown } from "./shown.ts";

const query = anyQuery;
const made = { "3.14": 201 } as const;
const gone = { "3.14": 204 } as const;
const cloud = () => ({});

export const endpointRoutes = [
  route({ on: "GET /endpoints", rule: rule.list_endpoints, query, of: cloud, run: list }),
  route({ on: "GET /endpoints/{id}", rule: rule.get_endpoint, query, of: load, run: show }),
  route({
    on: "POST /endpoints",
    rule: rule.create_endpoint,
    body: createEndpoint,
    status: made,
    of: cloud,
    run: create,
  }),
  route({ on: "PATCH /endpoints/{id}", rule: rule.update_endpoint, body: changeEndpoint, of: load, run: change }),
  route({ on: "DELETE /endpoints/{id}", rule: rule.delete_endpoint, status: gone, of: load, run: remove }),
];

interface Named {
  readonly path: { readonly id: string };
}
interface Loaded {
  readonly it: Endpoint;
  readonly target: object;
}

async function list(ctx: Context, _: object, { query }: { query: Filters }) {
  const found = await store.listEndpoints(ctx.db, query);
  return page(
    ctx,
    "endpoints",
    "/endpoints",
    query,
    found.map((it) => endpointBody(ctx, it)),
  );
}

/** Keystone looks whether there is such an endpoint before it asks who may. */
async function load({ db }: Context, { path }: Named): Promise<Loaded> {
  return { it: await store.getEndpoint(db, path.id), target: {} };
}

function show(ctx: Context, { it }: Loaded) {
  return { endpoint: endpointBody(ctx, it) };
}

async function create(ctx: Context, _: object, { body }: { body: { endpoint: EndpointFields } }) {
  const { endpoint: asked } = body;
  const it: Endpoint = {
    id: hexId(ctx.newId()),
    serviceId: asked.service_id,
    regionId: asked.region_id ?? asked.region ?? null,
    interface: asked.interface,
    url: asked.url,
    enabled: asked.enabled ?? true,
    projectId: asked.project_id ?? null,
    seed: null,
    extra: extraOf(asked, endpointNames),
  };
  await refer(ctx, it, asked.region !== undefined);
  await store.insertEndpoint(ctx.db, it);
  await tellShown(ctx);
  return { endpoint: endpointBody(ctx, it) };
}

async function change(ctx: Context, { it }: Loaded, { body }: { body: { endpoint: Partial<EndpointFields> } }) {
  const { endpoint: asked } = body;
  sameId(it, asked);
  const extra = extraOf(asked, endpointNames);
  const to = defined({
    serviceId: asked.service_id,
    regionId: asked.region_id === undefined ? asked.region : asked.region_id,
    interface: asked.interface,
    url: asked.url,
    enabled: asked.enabled,
    projectId: asked.project_id,
    seed: asked.url === undefined || asked.url === it.url ? undefined : null,
    extra: Object.keys(extra).length > 0 ? { ...it.extra, ...extra } : undefined,
  });
  await refer(ctx, to, asked.region !== undefined);
  await store.changeEntry(ctx.db, "identityEndpoints", it.id, to);
  await tellShown(ctx);
  return { endpoint: endpointBody(ctx, { ...it, ...to }) };
}

async function remove(ctx: Context, { it }: Loaded) {
  await store.deleteEntry(ctx.db, "identityEndpoints", it.id);
  await tellShown(ctx);
}

/** What an endpoint speaks of must be there (a region by its old field is made), and its address be one that can be filled in. */
async function refer({ db }: Context, { serviceId, regionId, projectId, url }: Partial<Endpoint>, legacy: boolean) {
  if (url !== undefined && /[$%]\((?!(tenant_id|project_id|user_id|[a-z_]+_(host|port|url|endpoint))\)s)/.test(url))
    throw badRequest(`Malformed endpoint - ${url}`);
  if (serviceId !== undefined && !(await store.findService(db, serviceId)))
    throw expecting("endpoint service_id", "service table");
  if (projectId && !(await findProject(db, projectId))) throw expecting("endpoint project_id", "project table");
  if (!regionId || (await store.findRegion(db, regionId))) return;
  if (!legacy) throw expecting("endpoint region_id", "region table");
  await store.insertRegion(db, { id: regionId, description: "", parentRegionId: null, extra: {} });
}
