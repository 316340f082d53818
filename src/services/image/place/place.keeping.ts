import type { Tx } from "#platform/service/kit.ts";
import type { Place, Stored } from "../driver.ts";
import type { ImageScope } from "../kit.ts";
import { dropBytes } from "./drop-bytes.saga.ts";
import {
  deleteExpected,
  deleteIfUnused,
  deletePlaces,
  insertExpected,
  insertPlace,
  keepBlob,
  listPlaces,
  lockBlobs,
} from "./place.store.ts";

type Own = Tx<ImageScope>;

export interface Kept extends Place, Pick<Stored, "sha512" | "sizeBytes"> {
  readonly path: string;
}

/**
 * Says that an image's bytes are in a store. If the same bytes are there already the image gets those, and its own ones are
 * dropped: identical data is stored once.
 */
export async function keepPlace(tx: Own, imageId: string, { store, key, sha512, sizeBytes, path }: Kept) {
  const blob = await keepBlob(tx.db, { store, key, sha512, size: sizeBytes, path, createdAt: tx.now });
  await insertPlace(tx.db, imageId, blob, tx.now);
  await deleteExpected(tx.db, { store, key });
  if (blob.key !== key) await tx.start(dropBytes, imageId, { store, key });
}

/** Durable work of the image will bring bytes to this place: to be said before there are any. `keepPlace` or `forgetBytes` ends it. */
export function expectBytes(tx: Own, imageId: string, at: Place) {
  return insertExpected(tx.db, imageId, at, tx.now);
}

/** They will not come, or are deleted again. */
export function forgetBytes(tx: Own, at: Place) {
  return deleteExpected(tx.db, at);
}

/** An image's bytes are no more its own, in one store or in all; those that no other image has are dropped. */
export async function letGo(tx: Own, imageId: string, store?: string) {
  const places = (await listPlaces(tx.db, [imageId])).filter((it) => store === undefined || it.store === store);
  if (places.length === 0) return;
  const blobs = await lockBlobs(tx.db, places);
  await deletePlaces(tx.db, imageId, store);
  for (const { store, key } of blobs)
    if (await deleteIfUnused(tx.db, { store, key })) await tx.start(dropBytes, imageId, { store, key });
}
