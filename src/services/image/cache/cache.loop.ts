import type { World } from "#platform/service/kit.ts";
import { type ImageScope, loop } from "../kit.ts";
import { uncache } from "./cached.keeping.ts";
import { listCached } from "./cached.store.ts";
import { tooMuch } from "./cached.ts";

type Own = World<ImageScope>;

/** Keeps the copies near at hand within their room, and drops what nobody knows of. */
export const cacheSweep = loop("image.image.cache", {
  every: 60,
  run: async (world) => ({ changed: (await prune(world)).length + (await clean(world)) }),
});

/** Lets go of what was not read for the longest time, until the rest fits. */
export async function prune({ db, driver, write }: Own) {
  const all = driver.cache ? tooMuch(await listCached(db), driver.cache.limitBytes) : [];
  if (all.length)
    await write((tx) =>
      uncache(
        tx,
        all.map(({ imageId }) => imageId),
      ),
    );
  return all;
}

/** What is there is read first: what comes afterwards has its row before it has bytes. */
export async function clean({ db, driver: { cache } }: Own): Promise<number> {
  const there = (await cache?.list()) ?? [];
  const known = new Set((await listCached(db)).map(({ imageId }) => imageId));
  const unknown = there.filter((id) => !known.has(id));
  for (const id of unknown) await cache?.drop(id);
  return unknown.length;
}
