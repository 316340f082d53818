import type { Db } from "#platform/store/db.ts";
import type { Place } from "../driver.ts";
import type { ArtifactTables } from "../tables.ts";
import type { Bytes } from "./blob.ts";

type Tables = Db<ArtifactTables>;

/** Keeps the row of these bytes, or returns that of the same bytes that are there already. Holds it until the end of the transaction. */
export function keepRow(db: Tables, it: Bytes): Promise<Bytes> {
  return db
    .insertInto("artifactBytes")
    .values(it)
    .onConflict((on) => on.columns(["store", "sha512"]).doUpdateSet({ sha512: it.sha512 }))
    .returningAll()
    .executeTakeFirstOrThrow();
}

/** Holds the rows of bytes until the end of the transaction, in an order that all keep. */
export function lockBytes(db: Tables, places: readonly Place[]): Promise<Bytes[]> {
  return db
    .selectFrom("artifactBytes")
    .selectAll()
    .where((eb) => eb.or(places.map(({ store, key }) => eb.and({ store, key }))))
    .orderBy("store")
    .orderBy("key")
    .forUpdate()
    .execute();
}

export function findBytes(db: Tables, { store, key }: Place): Promise<Bytes | undefined> {
  return db
    .selectFrom("artifactBytes")
    .selectAll()
    .where((eb) => eb.and({ store, key }))
    .executeTakeFirst();
}

/** Deletes the row if no blob has these bytes any more; says whether it did. */
export async function deleteIfUnused(db: Tables, { store, key }: Place): Promise<boolean> {
  const deleted = await db
    .deleteFrom("artifactBytes as b")
    .where("b.store", "=", store)
    .where("b.key", "=", key)
    .where(({ not, exists, selectFrom }) =>
      not(
        exists(
          selectFrom("artifactBlobs as p")
            .select("p.artifactId")
            .whereRef("p.store", "=", "b.store")
            .whereRef("p.key", "=", "b.key"),
        ),
      ),
    )
    .executeTakeFirst();
  return deleted.numDeletedRows === 1n;
}

export function listBytes(db: Tables): Promise<Place[]> {
  return db.selectFrom("artifactBytes").select(["store", "key"]).execute();
}

export async function insertExpected(db: Tables, { store, key }: Place, now: string) {
  await db
    .insertInto("artifactExpected")
    .values({ store, key, createdAt: now })
    .onConflict((on) => on.doNothing())
    .execute();
}

export async function deleteExpected(db: Tables, { store, key }: Place) {
  await db.deleteFrom("artifactExpected").where("store", "=", store).where("key", "=", key).execute();
}

export function listExpected(db: Tables): Promise<Place[]> {
  return db.selectFrom("artifactExpected").select(["store", "key"]).execute();
}
