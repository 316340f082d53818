import { forbidden } from "#platform/api/errors.ts";
import { fitsTree, isShared } from "#platform/store/quota-tree.ts";
import { expecting, taken } from "../errors.ts";
import { type Filters, hexId } from "../identity.ts";
import { type Context, route } from "../kit.ts";
import { collection } from "../links.view.ts";
import { findProject } from "../project/project.store.ts";
import { anyQuery } from "../shapes.schema.ts";
import { limitRules as rule } from "./limit.rules.ts";
import { type AskedLimit, changeLimit, createLimits } from "./limit.schema.ts";
import * as store from "./limit.store.ts";
import type { Limit } from "./limit.ts";
import { limitBody } from "./limit.view.ts";
import { modelOf } from "./model.ts";
import { namesOf, refer, registeredRoutes } from "./registered.api.ts";
import { findRegistered } from "./registered.store.ts";

const query = anyQuery;
const made = { "3.14": 201 } as const;
const gone = { "3.14": 204 } as const;
const cloud = () => ({});

/** What single projects and domains may have: the very rows that services' own quota calls read and write. */
export const limitRoutes = [
  ...registeredRoutes,
  route({ on: "GET /limits", rule: rule.list, query, of: cloud, run: list }),
  route({ on: "GET /limits/model", rule: rule.model, query, of: cloud, run: showModel }),
  route({ on: "POST /limits", rule: rule.create_limits, body: createLimits, status: made, of: cloud, run: create }),
  route({ on: "GET /limits/{id}", rule: rule.get_limit, query, of: load, run: show }),
  route({ on: "PATCH /limits/{id}", rule: rule.update_limit, body: changeLimit, of: load, run: change }),
  route({ on: "DELETE /limits/{id}", rule: rule.delete_limit, status: gone, of: load, run: remove }),
];

interface Loaded {
  readonly it: Limit;
  readonly target: object;
}

async function load({ db }: Context, { path }: { path: { readonly id: string } }): Promise<Loaded> {
  const { home, ...it } = await store.getLimit(db, path.id);
  const { projectId, domainId } = it;
  const whose = domainId !== null ? { domain: { id: domainId } } : { project: { id: projectId, domainId: home } };
  return { it, target: { limit: { projectId, domainId, ...whose } } };
}

async function list(ctx: Context, _: object, { query }: { query: Filters }) {
  const { system, domainId, projectId } = ctx.actor;
  const sight = system ? {} : domainId !== undefined ? { domainId } : { projectId: projectId ?? "" };
  const found = await store.listLimits(ctx.db, query, sight);
  return collection(
    ctx,
    "limits",
    "/limits",
    query,
    found.map((it) => limitBody(ctx, it)),
  );
}

function showModel({ settings }: Context) {
  const { name, description } = modelOf(settings);
  return { model: { name, description } };
}

function show(ctx: Context, { it }: Loaded) {
  return { limit: limitBody(ctx, it) };
}

async function create(ctx: Context, _: object, { body }: { body: { limits: readonly AskedLimit[] } }) {
  const made = [];
  for (const asked of body.limits) made.push(await createOne(ctx, asked));
  for (const it of made) await fits(ctx, it);
  return { limits: made.map((it) => limitBody(ctx, it)) };
}

async function createOne(ctx: Context, asked: AskedLimit): Promise<Limit> {
  await refer(ctx, asked, "limit");
  const whose = await holder(ctx, asked);
  const names = namesOf(asked);
  const registered = await findRegistered(ctx.db, names);
  if (!registered) throw forbidden("Unable to create a limit that has no corresponding registered limit.");
  const it = { id: hexId(ctx.newId()), ...whose, ...names, resourceLimit: asked.resource_limit };
  const row = { ...registered.quota, id: it.id, amount: it.resourceLimit, description: it.description };
  const free = await store.insertLimit(ctx.db, { ...row, holder: (whose.projectId ?? whose.domainId)! });
  if (!free) throw taken("limit", "Duplicate entry");
  return it;
}

/** Looks at the tree as it is with all that was asked for: of limits that come together the order does not matter. */
async function fits(ctx: Context, it: Limit) {
  if (!isShared(ctx)) return;
  const { quota } = (await findRegistered(ctx.db, it))!;
  if (await fitsTree(ctx, quota, (it.projectId ?? it.domainId)!)) return;
  const { projectId, domainId, resourceName, resourceLimit, serviceId, regionId } = it;
  const whose = projectId === null ? `domain_id: ${domainId}` : `project_id: ${projectId}`;
  throw forbidden(
    `Invalid resource limit: The resource limit (${whose}, resource_name: ${resourceName}, resource_limit: ${resourceLimit}, service_id: ${serviceId}, region_id: ${regionId ?? "None"}) doesn't satisfy current hierarchy model..`,
  );
}

/** A project that acts as a domain has a domain's limits. */
async function holder({ db }: Context, { project_id, domain_id }: AskedLimit) {
  const it = await findProject(db, (project_id ?? domain_id)!);
  if (!it || (domain_id !== undefined && !it.isDomain))
    throw expecting(project_id ? "project_id" : "domain_id", "limit");
  return it.isDomain ? { projectId: null, domainId: it.id } : { projectId: it.id, domainId: null };
}

async function change(ctx: Context, { it }: Loaded, { body }: { body: { limit: Partial<AskedLimit> } }) {
  const { resource_limit: resourceLimit = it.resourceLimit, description = it.description } = body.limit;
  const whole = { ...it, resourceLimit, description };
  await store.changeLimit(ctx.db, it.id, whole);
  await fits(ctx, whole);
  return { limit: limitBody(ctx, whole) };
}

async function remove({ db }: Context, { it }: Loaded) {
  await store.deleteLimit(db, it.id);
}
