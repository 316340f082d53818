import { forbidden } from "#platform/api/errors.ts";
import { sameId } from "../errors.ts";
import { defined, extraOf, type Filters, hexId } from "../identity.ts";
import { type Context, route } from "../kit.ts";
import { page } from "../links.view.ts";
import { hasRolesBoundTo } from "../role/role.store.ts";
import { anyQuery } from "../shapes.schema.ts";
import { catalogRules as rule } from "./catalog.rules.ts";
import { changeService, createService, type ServiceFields, serviceNames } from "./catalog.schema.ts";
import * as store from "./catalog.store.ts";
import type { ServiceEntry } from "./catalog.ts";
import { serviceBody } from "./catalog.view.ts";
import { tellShown } from "./shown.ts";

const query = anyQuery;
const made = { "3.14": 201 } as const;
const gone = { "3.14": 204 } as const;
const cloud = () => ({});

export const serviceRoutes = [
  route({ on: "GET /services", rule: rule.list_services, query, of: cloud, run: list }),
  route({ on: "GET /services/{id}", rule: rule.get_service, query, of: cloud, run: show }),
  route({ on: "POST /services", rule: rule.create_service, body: createService, status: made, of: cloud, run: create }),
  route({ on: "PATCH /services/{id}", rule: rule.update_service, body: changeService, of: cloud, run: change }),
  route({ on: "DELETE /services/{id}", rule: rule.delete_service, status: gone, of: cloud, run: remove }),
];

interface Named {
  readonly path: { readonly id: string };
}

async function list(ctx: Context, _: object, { query }: { query: Filters }) {
  const found = await store.listServices(ctx.db, query);
  return page(
    ctx,
    "services",
    "/services",
    query,
    found.map((it) => serviceBody(ctx, it)),
  );
}

async function show(ctx: Context, _: object, { path }: Named) {
  return { service: serviceBody(ctx, await store.getService(ctx.db, path.id)) };
}

async function create(ctx: Context, _: object, { body }: { body: { service: ServiceFields } }) {
  const { service: asked } = body;
  const it: ServiceEntry = {
    id: hexId(ctx.newId()),
    type: asked.type,
    name: asked.name ?? "",
    description: asked.description ?? null,
    enabled: asked.enabled ?? true,
    extra: extraOf(asked, serviceNames),
  };
  await store.insertService(ctx.db, it);
  await tellShown(ctx);
  return { service: serviceBody(ctx, it) };
}

async function change(ctx: Context, _: object, { path, body }: Named & { body: { service: Partial<ServiceFields> } }) {
  const it = await store.getService(ctx.db, path.id);
  sameId(it, body.service);
  const { type, name, description, enabled } = body.service;
  const extra = extraOf(body.service, serviceNames);
  const more = Object.keys(extra).length > 0 ? { ...it.extra, ...extra } : undefined;
  const to = defined({ type, name, description, enabled, extra: more });
  await store.changeEntry(ctx.db, "identityServices", it.id, to);
  await tellShown(ctx);
  return { service: serviceBody(ctx, { ...it, ...to }) };
}

async function remove(ctx: Context, _: object, { path }: Named) {
  const { db } = ctx;
  const { id } = await store.getService(db, path.id);
  if (await hasRolesBoundTo(db, id)) throw forbidden(`Unable to delete service ${id} because roles are bound to it.`);
  await store.deleteEntry(db, "identityServices", id);
  await tellShown(ctx);
}
