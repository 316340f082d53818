import { forbidden } from "#platform/api/errors.ts";
import { QUOTA_DEFAULT, setQuotaLimits } from "#platform/store/quota.ts";
import { findRegion, findService } from "../catalog/catalog.store.ts";
import { expecting, taken } from "../errors.ts";
import { type Filters, hexId } from "../identity.ts";
import { type Context, route, type Transaction } from "../kit.ts";
import { collection } from "../links.view.ts";
import { anyQuery } from "../shapes.schema.ts";
import { limitRules as rule } from "./limit.rules.ts";
import { type AskedRegistered, changeRegistered, createRegistered } from "./limit.schema.ts";
import { isLimited } from "./limit.store.ts";
import type { Asked, Quota, RegisteredLimit } from "./limit.ts";
import { registeredBody } from "./limit.view.ts";
import { quotaNamed, quotas } from "./quotas.ts";
import * as store from "./registered.store.ts";

const query = anyQuery;
const made = { "3.14": 201 } as const;
const gone = { "3.14": 204 } as const;
const cloud = () => ({});
const all = "/registered_limits";
const one = "/registered_limits/{id}";

/** What everybody may have. The amounts are the default class of the quotas that services count by. */
export const registeredRoutes = [
  route({ on: `GET ${all}`, rule: rule.registered, query, of: cloud, run: list }),
  route({
    on: `POST ${all}`,
    rule: rule.create_registered_limits,
    body: createRegistered,
    status: made,
    of: cloud,
    run: create,
  }),
  route({ on: `GET ${one}`, rule: rule.registered, query, of: load, run: show }),
  route({ on: `PATCH ${one}`, rule: rule.update_registered_limit, body: changeRegistered, of: load, run: change }),
  route({ on: `DELETE ${one}`, rule: rule.delete_registered_limit, status: gone, of: load, run: remove }),
];

interface Loaded {
  readonly it: store.Registered;
  readonly target: object;
}

async function load({ db }: Context, { path }: { path: { readonly id: string } }): Promise<Loaded> {
  return { it: await store.getRegistered(db, path.id), target: {} };
}

async function list(ctx: Context, _: object, { query }: { query: Filters }) {
  const found = await store.listRegistered(ctx.db, query);
  return collection(
    ctx,
    "registered_limits",
    all,
    query,
    found.map((it) => registeredBody(ctx, it)),
  );
}

function show(ctx: Context, { it }: Loaded) {
  return { registered_limit: registeredBody(ctx, it) };
}

async function create(ctx: Context, _: object, { body }: { body: { registered_limits: readonly AskedRegistered[] } }) {
  const made = [];
  for (const asked of body.registered_limits) {
    await refer(ctx, asked, "registered_limit");
    made.push(await register(ctx, { id: hexId(ctx.newId()), ...namesOf(asked), defaultLimit: asked.default_limit }));
  }
  return { registered_limits: made.map((it) => registeredBody(ctx, it)) };
}

/** Keeps a registered limit, and its amount with the quotas. */
export async function register(tx: Transaction, it: RegisteredLimit): Promise<store.Registered> {
  const whole = { ...it, quota: await quotaOf(tx, it) };
  if (!(await store.insertRegistered(tx.db, whole))) throw taken("registered_limit", "Duplicate entry");
  await setQuotaLimits(tx, whole.quota.service, QUOTA_DEFAULT, { [whole.quota.resource]: it.defaultLimit });
  return whole;
}

/** The quota of a service of this cloud by the limit's name; for other clouds' services one that nobody counts by. */
async function quotaOf(
  { db }: Transaction,
  { id, serviceId, regionId, resourceName }: RegisteredLimit,
): Promise<Quota> {
  const service = (await findService(db, serviceId))!;
  const ours = Object.hasOwn(quotas, service.type) && (await store.isOurs(db, service, regionId));
  return ours ? quotaNamed(service.type, resourceName) : { service: id, resource: resourceName };
}

async function change(
  ctx: Context,
  { it }: Loaded,
  { body }: { body: { registered_limit: Partial<AskedRegistered> } },
) {
  const { registered_limit: asked } = body;
  await refuseLimited(ctx, it);
  const whole = { ...it, ...given(asked) };
  await refer(ctx, namedAs(whole), "registered_limit");
  await withdraw(ctx, it);
  return { registered_limit: registeredBody(ctx, await register(ctx, whole)) };
}

function given({ service_id, region_id, resource_name, description, default_limit }: Partial<AskedRegistered>) {
  return {
    ...(service_id !== undefined && { serviceId: service_id }),
    ...(region_id !== undefined && { regionId: region_id }),
    ...(resource_name !== undefined && { resourceName: resource_name }),
    ...(description !== undefined && { description }),
    ...(default_limit !== undefined && { defaultLimit: default_limit }),
  };
}

async function remove(ctx: Context, { it }: Loaded) {
  await refuseLimited(ctx, it);
  await withdraw(ctx, it);
}

async function withdraw(ctx: Context, { id, quota }: store.Registered) {
  await store.deleteRegistered(ctx.db, id);
  await setQuotaLimits(ctx, quota.service, QUOTA_DEFAULT, { [quota.resource]: null });
}

async function refuseLimited({ db }: Context, { id, quota }: store.Registered) {
  if (await isLimited(db, quota))
    throw forbidden(
      `Unable to update or delete registered limit ${id} because there are project limits associated with it.`,
    );
}

/** The service and the region that a limit speaks of must be there. */
export async function refer({ db }: Context, { service_id, region_id }: Asked, where: string) {
  if (!(await findService(db, service_id))) throw expecting("service_id", where);
  if (region_id && !(await findRegion(db, region_id))) throw expecting("region_id", where);
}

export function namesOf({ service_id, region_id = null, resource_name, description = null }: Asked) {
  return { serviceId: service_id, regionId: region_id, resourceName: resource_name, description };
}

function namedAs({ serviceId, regionId, resourceName }: RegisteredLimit): Asked {
  return { service_id: serviceId, region_id: regionId, resource_name: resourceName };
}
