import type { Tx } from "#platform/service/kit.ts";
import type { ImageScope } from "../kit.ts";
import { cacheImage } from "./cache.saga.ts";
import { deleteCached, insertQueued } from "./cached.store.ts";
import { dropCached } from "./drop-cached.saga.ts";

type Own = Tx<ImageScope>;

/** Brings an image near, if that was not asked for before. */
export async function enqueue(tx: Own, imageId: string) {
  if (await insertQueued(tx.db, imageId, tx.now)) await tx.start(cacheImage, imageId);
}

/** Some images are no longer kept near, nor brought there. */
export async function uncache(tx: Own, imageIds: readonly string[]) {
  for (const id of await deleteCached(tx.db, imageIds)) await tx.start(dropCached, id);
}
