import { badRequest, conflict, notFound } from "#platform/api/errors.ts";
import { atLeast } from "#platform/api/versions.ts";
import { type Ctx, reply } from "#platform/service/kit.ts";
import { type PlacementScope, route } from "../kit.ts";
import { load, type OfProvider } from "../provider/provider.api.ts";
import { advance } from "../provider/provider.store.ts";
import type { Provider } from "../provider/provider.ts";
import { fresh } from "../provider/provider.view.ts";
import { requireClasses } from "../resource-class/resource-class.store.ts";
import { rule as all } from "../rules.ts";
import { usedOn } from "../usage/usage.store.ts";
import {
  type Amounts,
  type PostOne,
  type PutAll,
  type PutOne,
  postOneBody,
  putAllBody,
  putOneBody,
} from "./inventory.schema.ts";
import { dropInventories, findInventory, listInventories, putInventory } from "./inventory.store.ts";
import { type Inventory, inventoryDefaults } from "./inventory.ts";
import { shownAll, shownOne } from "./inventory.view.ts";

const rule = all.inventories;
const many = "/resource_providers/{uuid}/inventories";
const one = `${many}/{resource_class}` as const;
const gone = { "1.0": 204 };

export const inventoryRoutes = [
  route({ on: `GET ${many}`, rule: rule.list, of: load, run: list }),
  route({ on: `PUT ${many}`, rule: rule.update, body: putAllBody, of: load, run: putAll }),
  route({ on: `POST ${many}`, rule: rule.create, body: postOneBody, status: { "1.0": 201 }, of: load, run: post }),
  route({ on: `DELETE ${many}`, since: "1.5", rule: rule.delete, status: gone, of: load, run: removeAll }),
  route({ on: `GET ${one}`, rule: rule.show, of: load, run: show }),
  route({ on: `PUT ${one}`, rule: rule.update, body: putOneBody, of: load, run: put }),
  route({ on: `DELETE ${one}`, rule: rule.delete, status: gone, of: load, run: remove }),
];

type Own = Ctx<PlacementScope>;
interface Named {
  readonly path: { readonly resource_class: string };
}

async function list(ctx: Own, { provider }: OfProvider) {
  const found = await listInventories(ctx.db, [provider.id]);
  return reply(shownAll(found, provider.generation), { headers: fresh(ctx.version, ctx.now) });
}

async function show(ctx: Own, { provider }: OfProvider, { path }: Named) {
  const it = await getInventory(ctx, provider, path.resource_class);
  return reply(shownOne(it, provider.generation), { headers: fresh(ctx.version, ctx.now) });
}

async function getInventory({ db }: Own, { id }: Provider, name: string): Promise<Inventory> {
  const it = await findInventory(db, id, name);
  if (!it) throw notFound(`No inventory of class ${name} for ${id}`);
  return it;
}

async function putAll(ctx: Own, { provider }: OfProvider, { body }: { body: PutAll }) {
  const wanted = Object.entries(body.inventories).map(([name, amounts]) => whole(ctx, provider, name, amounts));
  await requireClasses(ctx.db, Object.keys(body.inventories));
  const generation = await next(ctx, provider, body.resource_provider_generation);
  const before = (await listInventories(ctx.db, [provider.id])).map((it) => it.resourceClass);
  await drop(
    ctx,
    provider,
    before.filter((name) => !(name in body.inventories)),
    "update",
  );
  for (const it of wanted) await putInventory(ctx.db, it);
  return reply(shownAll(wanted, generation), { headers: fresh(ctx.version, ctx.now) });
}

async function post(ctx: Own, { provider }: OfProvider, { body }: { body: PostOne }) {
  const { resource_class: name, resource_provider_generation: expected = provider.generation, ...amounts } = body;
  const it = whole(ctx, provider, name, amounts);
  await requireClasses(ctx.db, [name]);
  if (await findInventory(ctx.db, provider.id, name))
    throw conflict(`Update conflict: Inventory of class ${name} already exists for resource provider ${provider.id}.`);
  const generation = await next(ctx, provider, expected);
  await putInventory(ctx.db, it);
  const location = `${ctx.url}/resource_providers/${provider.id}/inventories/${name}`;
  return reply(shownOne(it, generation), { headers: { location, ...fresh(ctx.version, ctx.now) } });
}

async function put(ctx: Own, { provider }: OfProvider, { path, body }: Named & { body: PutOne }) {
  const it = whole(ctx, provider, path.resource_class, body);
  await requireClasses(ctx.db, [path.resource_class]);
  if (!(await findInventory(ctx.db, provider.id, path.resource_class)))
    throw badRequest(
      `No inventory record with resource class for resource provider ${provider.id}, ${path.resource_class}`,
    );
  const generation = await next(ctx, provider, body.resource_provider_generation);
  await putInventory(ctx.db, it);
  return reply(shownOne(it, generation), { headers: fresh(ctx.version, ctx.now) });
}

async function remove(ctx: Own, { provider }: OfProvider, { path }: Named) {
  const { resourceClass } = await getInventory(ctx, provider, path.resource_class);
  await next(ctx, provider, provider.generation);
  await drop(ctx, provider, [resourceClass], "delete");
}

async function removeAll(ctx: Own, { provider }: OfProvider) {
  await next(ctx, provider, provider.generation);
  const names = (await listInventories(ctx.db, [provider.id])).map((it) => it.resourceClass);
  await drop(ctx, provider, names, "delete");
}

function next({ db, now }: Own, provider: Provider, expected: number): Promise<number> {
  return advance(db, provider, expected, now);
}

/** An inventory whole, with what the request leaves out. */
function whole({ version }: Own, { id: providerId }: Provider, resourceClass: string, asked: Amounts): Inventory {
  const { total, reserved = inventoryDefaults.reserved } = asked;
  if (atLeast(version, "1.26") ? reserved > total : reserved >= total)
    throw badRequest(
      `Unable to create inventory for resource provider ${providerId}: Invalid inventory for '${resourceClass}' on resource provider '${providerId}'. The reserved value is greater than ${atLeast(version, "1.26") ? "" : "or equal to "}total.`,
    );
  return {
    providerId,
    resourceClass,
    total,
    reserved,
    minUnit: asked.min_unit ?? inventoryDefaults.minUnit,
    maxUnit: asked.max_unit ?? inventoryDefaults.maxUnit,
    stepSize: asked.step_size ?? inventoryDefaults.stepSize,
    allocationRatio: asked.allocation_ratio ?? inventoryDefaults.allocationRatio,
  };
}

async function drop({ db }: Own, { id }: Provider, names: readonly string[], verb: "update" | "delete") {
  const inUse = (await usedOn(db, [id])).find((it) => names.includes(it.resourceClass));
  if (inUse)
    throw conflict(
      `Unable to ${verb} inventory for resource provider ${id}: Inventory for '${inUse.resourceClass}' on resource provider '${id}' in use.`,
      "placement.inventory.inuse",
    );
  await dropInventories(db, id, names);
}
