import { badRequest, conflict, notFound } from "#platform/api/errors.ts";
import { atLeast } from "#platform/api/versions.ts";
import { type Ctx, reply } from "#platform/service/kit.ts";
import { listInventories } from "../inventory/inventory.store.ts";
import { whyNoRoom } from "../inventory/inventory.ts";
import { type PlacementScope, route } from "../kit.ts";
import { load, nobody, type OfProvider } from "../provider/provider.api.ts";
import { uuidPattern } from "../provider/provider.schema.ts";
import { bump, listProvidersOf, lockProviders } from "../provider/provider.store.ts";
import type { Provider } from "../provider/provider.ts";
import { fresh } from "../provider/provider.view.ts";
import { requireClasses } from "../resource-class/resource-class.store.ts";
import { rule as all } from "../rules.ts";
import { usedOn } from "../usage/usage.store.ts";
import { type PutAllocations, postBody, putBody } from "./allocation.schema.ts";
import {
  allocationsOf,
  allocationsOn,
  changeConsumer,
  deleteAllocations,
  deleteConsumer,
  findConsumer,
  insertAllocations,
  insertConsumer,
  listConsumers,
  lockConsumer,
} from "./allocation.store.ts";
import type { Allocation, Consumer } from "./allocation.ts";
import { ofConsumer, onProvider } from "./allocation.view.ts";

const rule = all.allocations;
const one = "/allocations/{consumer_uuid}";
const done = { "1.0": 204 };

export const allocationRoutes = [
  route({ on: `GET ${one}`, rule: rule.list, of: nobody, run: show }),
  route({ on: `PUT ${one}`, rule: rule.update, body: putBody, status: done, of: nobody, run: put }),
  route({ on: `DELETE ${one}`, rule: rule.delete, status: done, of: nobody, run: remove }),
  route({
    on: "POST /allocations",
    since: "1.13",
    rule: rule.manage,
    body: postBody,
    status: done,
    of: nobody,
    run: post,
  }),
  route({
    on: "GET /resource_providers/{uuid}/allocations",
    rule: all.providerAllocations.list,
    of: load,
    run: listOn,
  }),
];

type Own = Ctx<PlacementScope>;
const isUuid = new RegExp(uuidPattern);
interface Named {
  readonly path: { readonly consumer_uuid: string };
}

async function show(ctx: Own, _: object, { path: { consumer_uuid: id } }: Named) {
  const taken = await allocationsOf(ctx.db, id);
  const providers = await listProvidersOf(ctx.db, [...new Set(taken.map(({ providerId }) => providerId))]);
  return reply(ofConsumer(await findConsumer(ctx.db, id), taken, providers, ctx.version), {
    headers: fresh(ctx.version, ctx.now),
  });
}

async function listOn(ctx: Own, { provider }: OfProvider) {
  const taken = await allocationsOn(ctx.db, provider.id);
  const consumers = await listConsumers(ctx.db, [...new Set(taken.map(({ consumerId }) => consumerId))]);
  return reply(onProvider(provider, taken, consumers, ctx.version), { headers: fresh(ctx.version, ctx.now) });
}

function put(ctx: Own, _: object, { path, body }: Named & { body: PutAllocations }) {
  const { consumer_uuid: id } = path;
  if (!isUuid.test(id)) throw badRequest(`Malformed consumer_uuid: ${id}`);
  return replace(ctx, { [id]: body });
}

function post(ctx: Own, _: object, { body }: { body: Record<string, PutAllocations> }) {
  return replace(ctx, body);
}

async function remove(ctx: Own, _: object, { path: { consumer_uuid: id } }: Named) {
  const taken = await allocationsOf(ctx.db, id);
  if (!taken.length) throw notFound(`No allocations for consumer '${id}'`);
  await deleteConsumer(ctx.db, id);
  await bump(ctx.db, [...new Set(taken.map(({ providerId }) => providerId))], ctx.now);
}

/** Makes the allocations of some consumers be as asked, all or none. */
async function replace(ctx: Own, asked: Record<string, PutAllocations>) {
  const wanted = Object.entries(asked).flatMap(([id, body]) => rowsOf(id, body));
  await requireClasses(
    ctx.db,
    wanted.map((it) => it.resourceClass),
  );
  const before = (await Promise.all(Object.keys(asked).map((id) => allocationsOf(ctx.db, id)))).flat();
  const ids = [...new Set([...wanted, ...before].map(({ providerId }) => providerId))];
  const locked = await lockProviders(ctx.db, ids);
  for (const [id, body] of Object.entries(asked).sort()) await takeConsumer(ctx, id, body);
  for (const id of Object.keys(asked)) await deleteAllocations(ctx.db, id);
  await requireRoom(ctx, wanted, locked);
  await insertAllocations(ctx.db, wanted);
  for (const [id, body] of Object.entries(asked)) if (!rowsOf(id, body).length) await deleteConsumer(ctx.db, id);
  await bump(ctx.db, ids, ctx.now);
}

function rowsOf(consumerId: string, { allocations }: PutAllocations): Allocation[] {
  const byProvider = Array.isArray(allocations)
    ? allocations.map(({ resource_provider, resources }) => [resource_provider.uuid, resources] as const)
    : Object.entries(allocations).map(([id, { resources }]) => [id, resources] as const);
  return byProvider.flatMap(([providerId, resources]) =>
    Object.entries(resources).map(([resourceClass, used]) => ({ consumerId, providerId, resourceClass, used })),
  );
}

/** Makes or holds the consumer, generation-checked where the version has generations. */
async function takeConsumer(ctx: Own, id: string, body: PutAllocations) {
  const held = await lockConsumer(ctx.db, id);
  const expected = body.consumer_generation;
  if (atLeast(ctx.version, "1.28") && expected !== (held?.generation ?? null))
    throw conflict(
      `consumer generation conflict - expected ${held?.generation ?? null} but got ${expected ?? null}`,
      "placement.concurrent_update",
    );
  const whose = { projectId: body.project_id ?? nobodys, userId: body.user_id ?? nobodys };
  const kind = body.consumer_type ?? held?.kind ?? null;
  if (held) return changeConsumer(ctx.db, id, { ...whose, kind, generation: held.generation + 1, updatedAt: ctx.now });
  const it: Consumer = { id, ...whose, kind, generation: 1, createdAt: ctx.now, updatedAt: ctx.now };
  if (!(await insertConsumer(ctx.db, it)))
    throw conflict(
      `consumer generation conflict - consumer ${id} was created by another request`,
      "placement.concurrent_update",
    );
}

/** Whose allocations are that were written before microversion 1.8. */
const nobodys = "00000000-0000-0000-0000-000000000000";

async function requireRoom({ db }: Own, wanted: readonly Allocation[], providers: readonly Provider[]) {
  const ids = providers.map(({ id }) => id);
  const inventories = await listInventories(db, ids);
  const used = new Map((await usedOn(db, ids)).map((it) => [`${it.providerId} ${it.resourceClass}`, it.used]));
  for (const it of wanted) {
    if (!ids.includes(it.providerId))
      throw badRequest(`Allocation for resource provider '${it.providerId}' that does not exist.`);
    const inventory = inventories.find(
      (has) => has.providerId === it.providerId && has.resourceClass === it.resourceClass,
    );
    if (!inventory)
      throw conflict(
        cannot(it, `Inventory for '${it.resourceClass}' on resource provider '${it.providerId}' invalid.`),
      );
    const key = `${it.providerId} ${it.resourceClass}`;
    const why = whyNoRoom(inventory, used.get(key) ?? 0, it.used);
    if (why?.includes("free")) throw conflict(cannot(it, `The requested amount would exceed the capacity.`));
    if (why) throw conflict(cannot(it, `The requested amount would violate inventory constraints.`));
    used.set(key, (used.get(key) ?? 0) + it.used);
  }
}

function cannot({ resourceClass, providerId }: Allocation, why: string): string {
  return `Unable to allocate inventory: Unable to create allocation for '${resourceClass}' on resource provider '${providerId}'. ${why}`;
}
