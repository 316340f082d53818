import type { Db } from "#platform/store/db.ts";
import type { ImageTables } from "../tables.ts";
import type { Location } from "./location.ts";

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
