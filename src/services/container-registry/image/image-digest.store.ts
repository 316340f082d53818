import type { Db } from "#platform/store/db.ts";
import type { RegistryTables } from "../tables.ts";
import type { ImageDigest } from "./image-digest.ts";

type D = Db<RegistryTables>;

export async function keepImageDigest(db: D, it: ImageDigest) {
  await db
    .insertInto("containerRegistryImageDigests")
    .values(it)
    .onConflict((on) => on.doNothing())
    .execute();
}

export async function imageDigests(db: D, imageIds: readonly string[]): Promise<ReadonlyMap<string, string>> {
  const rows = await db
    .selectFrom("containerRegistryImageDigests")
    .selectAll()
    .where("imageId", "in", ["", ...imageIds])
    .execute();
  return new Map(rows.map(({ imageId, sha256 }) => [imageId, sha256]));
}

export async function deleteImageDigest(db: D, imageId: string) {
  await db.deleteFrom("containerRegistryImageDigests").where("imageId", "=", imageId).execute();
}
