import { badRequest, conflict } from "#platform/api/errors.ts";
import type { Ctx } from "#platform/service/kit.ts";
import { type Compute, route } from "../kit.ts";
import { isYes, nextLink, number, pageSize } from "../words.ts";
import { flavorRules as rule, specRules } from "./flavor.rules.ts";
import {
  type CreateFlavor,
  createBody,
  type ListFlavors,
  listQuery,
  sortColumns,
  type UpdateFlavor,
  updateBody,
} from "./flavor.schema.ts";
import * as store from "./flavor.store.ts";
import type { Flavor, Sight } from "./flavor.ts";
import { brief, full } from "./flavor.view.ts";

const accepted = { "2.1": 202 };

export const flavorRoutes = [
  route({ on: "GET /flavors", rule: rule.read, query: listQuery, of: asker, run: list }),
  route({ on: "GET /flavors/detail", rule: rule.read, query: listQuery, of: asker, run: detail }),
  route({ on: "POST /flavors", rule: rule.create, body: createBody, of: asker, run: create }),
  route({ on: "GET /flavors/{id}", rule: rule.read, of: load, run: show }),
  route({ on: "PUT /flavors/{id}", since: "2.55", rule: rule.update, body: updateBody, of: load, run: update }),
  route({ on: "DELETE /flavors/{id}", rule: rule.delete, status: accepted, of: load, run: remove }),
];

interface Asker {
  readonly projectId: string | undefined;
}
export interface Asked extends Asker {
  readonly flavor: Flavor;
}
interface Listing {
  readonly query: ListFlavors;
}

function asker({ actor }: Ctx<Compute>): Asker {
  return { projectId: actor.projectId };
}

/** The flavor of a path, for rules that ask about the asker's own project. */
export async function load(ctx: Ctx<Compute>, { path }: { path: { readonly id: string } }): Promise<Asked> {
  return { ...asker(ctx), flavor: await store.getFlavor(ctx.db, path.id, sightOf(ctx)) };
}

export function sightOf({ actor }: Pick<Ctx<Compute>, "actor">): Sight {
  return { everything: actor.roles.includes("admin"), projectId: actor.projectId ?? null };
}

async function list(ctx: Ctx<Compute>, it: Asker, { query }: Listing) {
  const flavors = await page(ctx, query);
  const more = nextLink(ctx.url, "flavors", query, flavors);
  return { flavors: flavors.map((one) => brief(one, told(ctx, it))), ...(more && { flavors_links: more }) };
}

async function detail(ctx: Ctx<Compute>, it: Asker, { query }: Listing) {
  const flavors = await page(ctx, query);
  const more = nextLink(ctx.url, "flavors/detail", query, flavors);
  return { flavors: flavors.map((one) => full(one, told(ctx, it))), ...(more && { flavors_links: more }) };
}

async function create(ctx: Ctx<Compute>, it: Asker, { body }: { body: CreateFlavor }) {
  const flavor = flavorOf(ctx, body.flavor);
  if (!(await store.insertFlavor(ctx.db, flavor))) throw await clash(ctx, flavor);
  return { flavor: full(flavor, told(ctx, it)) };
}

function show(ctx: Ctx<Compute>, { flavor, ...it }: Asked) {
  return { flavor: full(flavor, told(ctx, it)) };
}

async function update(ctx: Ctx<Compute>, { flavor, ...it }: Asked, { body }: { body: UpdateFlavor }) {
  const { description } = body.flavor;
  await store.describeFlavor(ctx.db, flavor.id, description, ctx.now);
  return { flavor: full({ ...flavor, description }, told(ctx, it)) };
}

async function remove(ctx: Ctx<Compute>, { flavor }: Asked) {
  await store.deleteFlavor(ctx.db, flavor.id);
}

async function page(ctx: Ctx<Compute>, query: ListFlavors): Promise<Flavor[]> {
  const sight = sightOf(ctx);
  const way = query.sort_dir ?? "asc";
  const column = sortColumns[query.sort_key ?? "flavorid"];
  return store.listFlavors(ctx.db, {
    sight,
    isPublic: sight.everything ? publicOf(query.is_public) : true,
    minRam: least("minRam", query.minRam),
    minDisk: least("minDisk", query.minDisk),
    sort:
      column === "id"
        ? [{ column, way }]
        : [
            { column, way },
            { column: "id", way: "asc" },
          ],
    after: await marked(ctx, sight, query.marker),
    limit: pageSize(query),
  });
}

async function marked(ctx: Ctx<Compute>, sight: Sight, marker: string | undefined): Promise<Flavor | undefined> {
  if (marker === undefined) return undefined;
  const it = await store.findFlavor(ctx.db, marker, sight);
  if (!it) throw badRequest(`marker [${marker}] not found`);
  return it;
}

/** "none" asks for both kinds. */
function publicOf(asked = "true"): boolean | null {
  const word = asked.toLowerCase();
  if (word === "none") return null;
  if (["1", "t", "true", "on", "y", "yes"].includes(word)) return true;
  if (["0", "f", "false", "off", "n", "no"].includes(word)) return false;
  throw badRequest(`Invalid is_public filter [${asked}]`);
}

function least(filter: string, asked = "0"): number {
  if (!/^[+-]?\d{1,15}$/.test(asked)) throw badRequest(`Invalid ${filter} filter [${asked}]`);
  return Number(asked);
}

function flavorOf(ctx: Ctx<Compute>, asked: CreateFlavor["flavor"]): Flavor {
  return {
    id: `${asked.id ?? ctx.newId()}`,
    name: asked.name,
    memoryMib: number("ram", asked.ram, 1),
    vcpus: number("vcpus", asked.vcpus, 1),
    diskGib: number("disk", asked.disk, 0),
    ephemeralGib: number("OS-FLV-EXT-DATA:ephemeral", asked["OS-FLV-EXT-DATA:ephemeral"] ?? 0, 0),
    swapMib: number("swap", asked.swap ?? 0, 0),
    rxtxFactor: number("rxtx_factor", asked.rxtx_factor ?? 1, Number.MIN_VALUE, 3.40282e38),
    isPublic: isYes(asked["os-flavor-access:is_public"] ?? true),
    disabled: false,
    description: asked.description ?? null,
    extraSpecs: {},
    createdAt: ctx.now,
    updatedAt: null,
  };
}

async function clash(ctx: Ctx<Compute>, { id, name }: Flavor) {
  if (await store.findFlavorByName(ctx.db, name)) return conflict(`Flavor with name ${name} already exists.`);
  return conflict(`Flavor with ID ${id} already exists.`);
}

function told(ctx: Ctx<Compute>, it: Asker) {
  return { version: ctx.version, url: ctx.url, specs: ctx.may(specRules.index, it) };
}
