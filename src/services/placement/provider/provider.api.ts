import { badRequest, conflict } from "#platform/api/errors.ts";
import { atLeast } from "#platform/api/versions.ts";
import { type Ctx, reply } from "#platform/service/kit.ts";
import { listMemberships } from "../aggregate/aggregate.store.ts";
import { allocationsOn } from "../allocation/allocation.store.ts";
import { listOffered } from "../claim/claim.store.ts";
import { ruledOut } from "../claim/claim.ts";
import { type PlacementScope, route } from "../kit.ts";
import { rule as all } from "../rules.ts";
import { aggregatesPass, readMemberOf, readRequired, readResources, traitsPass } from "./filter.ts";
import {
  type CreateProvider,
  createBody,
  listQuery,
  type ProviderQuery,
  type UpdateProvider,
  updateBody,
} from "./provider.schema.ts";
import {
  changeProvider,
  deleteProvider,
  findProvider,
  findProviderByName,
  getProvider,
  insertProvider,
  listChildren,
  listProviders,
} from "./provider.store.ts";
import type { Provider } from "./provider.ts";
import { fresh, shown } from "./provider.view.ts";

const rule = all.providers;
const one = "/resource_providers/{uuid}";

export const providerRoutes = [
  route({ on: "GET /resource_providers", rule: rule.list, query: listQuery, of: nobody, run: list }),
  route({
    on: "POST /resource_providers",
    rule: rule.create,
    body: createBody,
    status: { "1.0": 201, "1.20": 200 },
    of: nobody,
    run: create,
  }),
  route({ on: `GET ${one}`, rule: rule.show, of: load, run: show }),
  route({ on: `PUT ${one}`, rule: rule.update, body: updateBody, of: load, run: update }),
  route({ on: `DELETE ${one}`, rule: rule.delete, status: { "1.0": 204 }, of: load, run: remove }),
];

type Own = Ctx<PlacementScope>;

/** A target of rules that is nobody's in particular. */
export interface OfProvider {
  readonly projectId: null;
  readonly provider: Provider;
}

/** The provider that a path names. */
export async function load(ctx: Own, { path }: { path: { readonly uuid: string } }): Promise<OfProvider> {
  return { projectId: null, provider: await getProvider(ctx.db, path.uuid) };
}

export function nobody() {
  return {};
}

async function list(ctx: Own, _: object, { query }: { query: ProviderQuery }) {
  const found = await matching(ctx, query);
  const body = { resource_providers: found.map((it) => shown(it, ctx.version, ctx.url)) };
  return reply(body, { headers: fresh(ctx.version, ctx.now) });
}

async function matching({ db }: Own, { name, uuid, in_tree, member_of, required, resources }: ProviderQuery) {
  const amounts = resources ? readResources(resources) : {};
  const traits = readRequired(required);
  const groups = readMemberOf(member_of);
  const tree = in_tree && ((await findProvider(db, in_tree))?.rootId ?? "");
  const found = (await listProviders(db)).filter(
    (it) => (!name || it.name === name) && (!uuid || it.id === uuid) && (tree === undefined || it.rootId === tree),
  );
  const members = Map.groupBy(
    await listMemberships(
      db,
      found.map(({ id }) => id),
    ),
    (it) => it.providerId,
  );
  const offered = new Map((await listOffered(db, found)).map((it) => [it.id, it]));
  return found.filter(({ id }) => {
    const mine = (members.get(id) ?? []).map(({ aggregate }) => aggregate);
    const offer = offered.get(id)!;
    return aggregatesPass(mine, groups) && traitsPass(offer.traits, traits) && !ruledOut(offer, { resources: amounts });
  });
}

async function create(ctx: Own, _: object, { body }: { body: CreateProvider }) {
  const id = body.uuid ?? ctx.newId();
  if (await findProviderByName(ctx.db, body.name))
    throw conflict(`Conflicting resource provider name: ${body.name} already exists.`, "placement.duplicate_name");
  if (await findProvider(ctx.db, id)) throw conflict(`Conflicting resource provider uuid: ${id} already exists.`);
  const parent = await parentOf(ctx, id, body.parent_provider_uuid);
  const times = { createdAt: ctx.now, updatedAt: ctx.now };
  const it = {
    id,
    name: body.name,
    generation: 0,
    parentId: parent?.id ?? null,
    rootId: parent?.rootId ?? id,
    ...times,
  };
  await insertProvider(ctx.db, it);
  const headers = { location: `${ctx.url}/resource_providers/${id}` };
  if (!atLeast(ctx.version, "1.20")) return reply(undefined, { headers });
  return reply(shown(it, ctx.version, ctx.url), { headers: { ...headers, ...fresh(ctx.version, ctx.now) } });
}

async function parentOf({ db }: Own, id: string, parentId: string | null | undefined) {
  if (!parentId) return undefined;
  if (parentId === id)
    throw badRequest("parent provider UUID cannot be same as UUID. Unable to create resource provider.");
  const parent = await findProvider(db, parentId);
  if (!parent) throw badRequest(`parent provider UUID ${parentId} does not exist.`);
  return parent;
}

function show({ version, url }: Own, { provider: it }: OfProvider) {
  return reply(shown(it, version, url), { headers: fresh(version, it.updatedAt) });
}

async function update(ctx: Own, { provider: it }: OfProvider, { body }: { body: UpdateProvider }) {
  const holder = await findProviderByName(ctx.db, body.name);
  if (holder && holder.id !== it.id)
    throw conflict(`Conflicting resource provider name: ${body.name} already exists.`, "placement.duplicate_name");
  const parent = await newParent(ctx, it, body.parent_provider_uuid);
  const to = { name: body.name, updatedAt: ctx.now, ...parent };
  await changeProvider(ctx.db, it.id, to);
  return reply(shown({ ...it, ...to }, ctx.version, ctx.url), { headers: fresh(ctx.version, ctx.now) });
}

async function newParent(ctx: Own, it: Provider, parentId: string | null | undefined) {
  if (parentId === undefined || parentId === it.parentId) return {};
  if (it.parentId && !atLeast(ctx.version, "1.37"))
    throw badRequest("re-parenting a provider is not currently allowed.");
  if ((await listChildren(ctx.db, it.id)).length)
    throw badRequest(`Unable to save resource provider ${it.id}: a provider with children keeps its parent.`);
  const parent = await parentOf(ctx, it.id, parentId);
  return { parentId: parent?.id ?? null, rootId: parent?.rootId ?? it.id };
}

async function remove({ db }: Own, { provider: it }: OfProvider) {
  if ((await listChildren(db, it.id)).length)
    throw conflict(
      `Unable to delete parent resource provider ${it.id}: OfProvider has child resource providers.`,
      "placement.resource_provider.cannot_delete_parent",
    );
  if ((await allocationsOn(db, it.id)).length)
    throw conflict(
      `Unable to delete resource provider ${it.id}: Resource provider has allocations.`,
      "placement.resource_provider.inuse",
    );
  await deleteProvider(db, it.id);
}
