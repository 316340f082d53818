import type { Db } from "#platform/store/db.ts";
import type { Place } from "../driver.ts";
import type { ImageTables } from "../tables.ts";
import type { Blob, PlacedBytes } from "./place.ts";

type Tables = Db<ImageTables>;

/** Keeps the row of these bytes, or returns that of the same bytes that are there already. Holds it until the end of the transaction. */
export function keepBlob(db: Tables, it: Blob): Promise<Blob> {
  return db
    .insertInto("imageBlobs")
    .values(it)
    .onConflict((on) => on.columns(["store", "sha512"]).doUpdateSet({ sha512: it.sha512 }))
    .returningAll()
    .executeTakeFirstOrThrow();
}

export async function insertPlace(db: Tables, imageId: string, { store, key }: Place, now: string) {
  await db.insertInto("imagePlaces").values({ imageId, store, key, createdAt: now }).execute();
}

/** Where the bytes of some images are: the oldest place of each first. */
export function listPlaces(db: Tables, imageIds: readonly string[]): Promise<PlacedBytes[]> {
  return db
    .selectFrom("imagePlaces as p")
    .innerJoin("imageBlobs as b", (on) => on.onRef("b.store", "=", "p.store").onRef("b.key", "=", "p.key"))
    .select(["p.imageId", "b.store", "b.key", "b.sha512", "b.size", "b.path"])
    .where("p.imageId", "in", [...imageIds, ""])
    .orderBy("p.createdAt")
    .orderBy("p.store")
    .execute();
}

/** Holds the rows of an image's bytes until the end of the transaction, in an order that all keep. */
export function lockBlobs(db: Tables, places: readonly Place[]): Promise<Blob[]> {
  return db
    .selectFrom("imageBlobs")
    .selectAll()
    .where((eb) => eb.or(places.map(({ store, key }) => eb.and({ store, key }))))
    .orderBy("store")
    .orderBy("key")
    .forUpdate()
    .execute();
}

export async function deletePlaces(db: Tables, imageId: string, store?: string) {
  let rows = db.deleteFrom("imagePlaces").where("imageId", "=", imageId);
  if (store !== undefined) rows = rows.where("store", "=", store);
  await rows.execute();
}

/** Deletes the row if no image has these bytes any more; says whether it did. */
export async function deleteIfUnused(db: Tables, { store, key }: Place): Promise<boolean> {
  const deleted = await db
    .deleteFrom("imageBlobs as b")
    .where("b.store", "=", store)
    .where("b.key", "=", key)
    .where(({ not, exists, selectFrom }) =>
      not(
        exists(
          selectFrom("imagePlaces as p")
            .select("p.imageId")
            .whereRef("p.store", "=", "b.store")
            .whereRef("p.key", "=", "b.key"),
        ),
      ),
    )
    .executeTakeFirst();
  return deleted.numDeletedRows === 1n;
}

export async function insertExpected(db: Tables, imageId: string, { store, key }: Place, now: string) {
  await db.insertInto("imageExpected").values({ imageId, store, key, createdAt: now }).execute();
}

export async function deleteExpected(db: Tables, { store, key }: Place) {
  await db.deleteFrom("imageExpected").where("store", "=", store).where("key", "=", key).execute();
}

/** Of one image, or of all. */
export function listExpected(db: Tables, imageId?: string): Promise<Place[]> {
  let rows = db.selectFrom("imageExpected").select(["store", "key"]);
  if (imageId !== undefined) rows = rows.where("imageId", "=", imageId);
  return rows.execute();
}

export function listBlobs(db: Tables): Promise<Place[]> {
  return db.selectFrom("imageBlobs").select(["store", "key"]).execute();
}
