import type { Db } from "#platform/store/db.ts";
import type { RegistryTables } from "../tables.ts";
import type { Arrival } from "./arrival.ts";

type D = Db<RegistryTables>;

export async function insertArrival(db: D, it: Arrival) {
  await db.insertInto("containerRegistryArrivals").values(it).execute();
}

export async function deleteArrival(db: D, imageId: string) {
  await db.deleteFrom("containerRegistryArrivals").where("imageId", "=", imageId).execute();
}

export function listArrivals(db: D): Promise<Arrival[]> {
  return db.selectFrom("containerRegistryArrivals").selectAll().orderBy("beganAt").execute();
}
