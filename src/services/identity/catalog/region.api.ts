import { badRequest, forbidden } from "#platform/api/errors.ts";
import { sameId, taken } from "../errors.ts";
import { defined, extraOf, type Filters, hexId } from "../identity.ts";
import { type Context, route } from "../kit.ts";
import { page } from "../links.view.ts";
import { anyQuery } from "../shapes.schema.ts";
import { catalogRules as rule } from "./catalog.rules.ts";
import { changeRegion, createRegion, type RegionFields, regionNames } from "./catalog.schema.ts";
import * as store from "./catalog.store.ts";
import type { Region } from "./catalog.ts";
import { regionBody } from "./catalog.view.ts";

const query = anyQuery;
const made = { "3.14": 201 } as const;
const gone = { "3.14": 204 } as const;
const cloud = () => ({});

export const regionRoutes = [
  route({ on: "GET /regions", rule: rule.regions, query, of: cloud, run: list }),
  route({ on: "GET /regions/{id}", rule: rule.regions, query, of: cloud, run: show }),
  route({ on: "POST /regions", rule: rule.create_region, body: createRegion, status: made, of: cloud, run: create }),
  route({ on: "PUT /regions/{id}", rule: rule.create_region, body: createRegion, status: made, of: cloud, run: put }),
  route({ on: "PATCH /regions/{id}", rule: rule.update_region, body: changeRegion, of: cloud, run: change }),
  route({ on: "DELETE /regions/{id}", rule: rule.delete_region, status: gone, of: cloud, run: remove }),
];

interface Named {
  readonly path: { readonly id: string };
}
interface Body {
  readonly body: { readonly region: RegionFields };
}

async function list(ctx: Context, _: object, { query }: { query: Filters }) {
  const found = await store.listRegions(ctx.db, query);
  return page(
    ctx,
    "regions",
    "/regions",
    query,
    found.map((it) => regionBody(ctx, it)),
  );
}

async function show(ctx: Context, _: object, { path }: Named) {
  return { region: regionBody(ctx, await store.getRegion(ctx.db, path.id)) };
}

function create(ctx: Context, _: object, { body }: Body) {
  return enter(ctx, body.region.id || hexId(ctx.newId()), body.region);
}

/** The way to choose a region's name oneself. */
function put(ctx: Context, _: object, { path, body }: Named & Body) {
  const { id = path.id } = body.region;
  if (id !== path.id) throw badRequest(`Conflicting region IDs specified: "${path.id}" != "${id}"`);
  return enter(ctx, id, body.region);
}

async function enter(ctx: Context, id: string, asked: RegionFields) {
  const it: Region = {
    id,
    description: asked.description ?? "",
    parentRegionId: asked.parent_region_id ?? null,
    extra: extraOf(asked, regionNames),
  };
  if (it.parentRegionId !== null) await store.getRegion(ctx.db, it.parentRegionId);
  if (await store.findRegion(ctx.db, it.id)) throw taken("region", `Duplicate ID, ${it.id}`);
  await store.insertRegion(ctx.db, it);
  return { region: regionBody(ctx, it) };
}

async function change(ctx: Context, _: object, { path, body }: Named & Body) {
  const it = await store.getRegion(ctx.db, path.id);
  const { region: asked } = body;
  sameId(it, asked);
  if (typeof asked.parent_region_id === "string") await outside(ctx, it.id, asked.parent_region_id);
  const extra = extraOf(asked, regionNames);
  const to = defined({
    description: asked.description === null ? "" : asked.description,
    parentRegionId: asked.parent_region_id,
    extra: Object.keys(extra).length > 0 ? { ...it.extra, ...extra } : undefined,
  });
  await store.changeEntry(ctx.db, "identityRegions", it.id, to);
  return { region: regionBody(ctx, { ...it, ...to }) };
}

async function remove({ db }: Context, _: object, { path }: Named) {
  const { id } = await store.getRegion(db, path.id);
  if (await store.isRegionUsed(db, id))
    throw forbidden(`Unable to delete region ${id} because it or its child regions have associated endpoints.`);
  await store.deleteEntry(db, "identityRegions", id);
}

/** A region lies in none that lies in itself. */
async function outside({ db }: Context, id: string, parentId: string) {
  for (let at: string | null = parentId; at !== null; at = (await store.getRegion(db, at)).parentRegionId)
    if (at === id)
      throw badRequest(`The specified parent region ${parentId} would create a circular region hierarchy.`);
}
