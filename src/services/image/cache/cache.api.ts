import { badRequest, notFound } from "#platform/api/errors.ts";
import { type Ctx, reply, type World } from "#platform/service/kit.ts";
import type { ImageDriver } from "../driver.ts";
import { findImage } from "../image/image.store.ts";
import { asking, type ImageScope, stream } from "../kit.ts";
import { listPlaces } from "../place/place.store.ts";
import { rule } from "../rules.ts";
import { clean, prune } from "./cache.loop.ts";
import { enqueue, uncache } from "./cached.keeping.ts";
import { findCached, listCached } from "./cached.store.ts";
import type { CachedImage } from "./cached.ts";

const one = "/cache/{image_id}";
const [gone, accepted] = [{ "2.16": 204 }, { "2.16": 202 }];
const common = { of: nobody, call: requireCache };

/** https://docs.openstack.org/api-ref/image/v2/index.html#cache-manage */
export const cacheRoutes = [
  asking({ on: "GET /cache", rule: rule.cache_list, ...common, run: list }),
  asking({ on: "DELETE /cache", rule: rule.cache_delete, status: gone, ...common, run: clear }),
  asking({ on: `PUT ${one}`, rule: rule.cache_image, status: accepted, ...common, run: queue }),
  asking({ on: `DELETE ${one}`, rule: rule.cache_delete, status: gone, ...common, run: remove }),
  stream({ on: "POST /cache/clean", rule: rule.cache_clean, of: nobody, stream: cleanNow }),
  stream({ on: "POST /cache/prune", rule: rule.cache_prune, of: nobody, stream: pruneNow }),
];

type Own = Ctx<ImageScope>;
interface Named {
  readonly path: { readonly image_id: string };
}

function nobody() {
  return {};
}

async function requireCache({ cache }: ImageDriver) {
  if (!cache) throw notFound("Caching via API is not supported at this site.");
}

async function list({ db }: Own) {
  const all = await listCached(db);
  return {
    cached_images: all.filter(({ state }) => state === "cached").map(shown),
    queued_images: all.filter(({ state }) => state === "queued").map(({ imageId }) => imageId),
  };
}

/** Times are seconds since 1970, as the Image service has them here. */
function shown({ imageId, size, hits, modifiedAt, accessedAt }: CachedImage) {
  const seconds = (at: string) => Date.parse(at) / 1000;
  return { image_id: imageId, size, hits, last_modified: seconds(modifiedAt), last_accessed: seconds(accessedAt) };
}

const targets: Readonly<Record<string, readonly CachedImage["state"][]>> = {
  "": ["cached", "queued"],
  cache: ["cached"],
  queue: ["queued"],
};

async function clear(ctx: Own) {
  const states = targets[(ctx.headers["x-image-cache-clear-target"] ?? "").toLowerCase()];
  if (!states) throw badRequest("If provided 'x-image-cache-clear-target' must be 'cache', 'queue' or empty string.");
  const all = (await listCached(ctx.db)).filter(({ state }) => states.includes(state));
  await uncache(
    ctx,
    all.map(({ imageId }) => imageId),
  );
}

async function queue(ctx: Own, _: object, { path: { image_id: id } }: Named) {
  const it = await findImage(ctx.db, id);
  if (!it) throw notFound(`Image ${id} not found.`);
  if (it.status !== "active") throw badRequest("Only images with status active can be targeted for queueing");
  if ((await listPlaces(ctx.db, [id])).length === 0)
    throw badRequest("Only images whose data is in a store can be targeted for queueing");
  await enqueue(ctx, id);
}

async function remove(ctx: Own, _: object, { path: { image_id: id } }: Named) {
  if (!(await findImage(ctx.db, id)) && !(await findCached(ctx.db, id))) throw notFound(`Image ${id} not found.`);
  await uncache(ctx, [id]);
}

async function cleanNow(world: World<ImageScope>) {
  await requireCache(world.driver);
  await clean(world);
  return reply(undefined, { status: 200 });
}

async function pruneNow(world: World<ImageScope>) {
  await requireCache(world.driver);
  const gone = await prune(world);
  const bytes = gone.reduce((sum, { size }) => sum + size, 0);
  return reply({ total_files_pruned: gone.length, total_bytes_pruned: bytes });
}
