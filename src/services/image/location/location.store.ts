import type { Db } from "#platform/store/db.ts";
import type { ImageTables } from "../tables.ts";
import type { Found, Location } from "./location.ts";

type Tables = Db<ImageTables>;

/** Of some images, each one's in their order. */
export function listLocations(db: Tables, imageIds: readonly string[]): Promise<Location[]> {
  return db
    .selectFrom("imageLocations")
    .selectAll()
    .where("imageId", "in", [...imageIds, ""])
    .orderBy("nth")
    .execute();
}

export function findLocation(db: Tables, id: string): Promise<Location | undefined> {
  return db.selectFrom("imageLocations").selectAll().where("id", "=", id).executeTakeFirst();
}

/** Notes what was found there, if it is still a location. */
export async function changeLocation(db: Tables, id: string, found: Partial<Found>) {
  await db.updateTable("imageLocations").set(found).where("id", "=", id).execute();
}

/** An image's locations are these from now on, in this order. */
export async function replaceLocations(db: Tables, imageId: string, locations: readonly Location[]) {
  await db.deleteFrom("imageLocations").where("imageId", "=", imageId).execute();
  if (locations.length === 0) return;
  const rows = locations.map((it, nth) => ({
    ...it,
    nth,
    metadata: JSON.stringify(it.metadata) as unknown as Location["metadata"],
  }));
  await db.insertInto("imageLocations").values(rows).execute();
}
