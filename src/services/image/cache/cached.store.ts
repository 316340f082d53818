import { sql } from "kysely";
import type { Db } from "#platform/store/db.ts";
import type { ImageTables } from "../tables.ts";
import type { CachedImage } from "./cached.ts";

type Tables = Db<ImageTables>;

export function listCached(db: Tables): Promise<CachedImage[]> {
  return db.selectFrom("imageCached").selectAll().orderBy("modifiedAt").orderBy("imageId").execute();
}

export function findCached(db: Tables, imageId: string): Promise<CachedImage | undefined> {
  return db.selectFrom("imageCached").selectAll().where("imageId", "=", imageId).executeTakeFirst();
}

/** Says whether it was not known yet. */
export async function insertQueued(db: Tables, imageId: string, now: string): Promise<boolean> {
  const it: CachedImage = { imageId, state: "queued", size: 0, hits: 0, modifiedAt: now, accessedAt: now };
  const done = await db
    .insertInto("imageCached")
    .values(it)
    .onConflict((found) => found.column("imageId").doNothing())
    .executeTakeFirst();
  return done.numInsertedOrUpdatedRows === 1n;
}

/** Says whether it was still wanted. */
export async function changeToCached(db: Tables, imageId: string, size: number, now: string): Promise<boolean> {
  const done = await db
    .updateTable("imageCached")
    .set({ state: "cached", size, modifiedAt: now, accessedAt: now })
    .where("imageId", "=", imageId)
    .executeTakeFirst();
  return done.numUpdatedRows === 1n;
}

export async function noteHit(db: Tables, imageId: string, now: string) {
  await db
    .updateTable("imageCached")
    .set({ hits: sql`hits + 1`, accessedAt: now })
    .where("imageId", "=", imageId)
    .execute();
}

/** Says which of them were there. */
export async function deleteCached(db: Tables, imageIds: readonly string[]): Promise<string[]> {
  const gone = await db
    .deleteFrom("imageCached")
    .where("imageId", "in", [...imageIds, ""])
    .returning("imageId")
    .execute();
  return gone.map(({ imageId }) => imageId);
}
