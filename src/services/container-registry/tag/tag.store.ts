import type { Db } from "#platform/store/db.ts";
import type { Place } from "../repository/repository.ts";
import type { RegistryTables } from "../tables.ts";
import type { Tag } from "./tag.ts";

type D = Db<RegistryTables>;

/** The name leads to this manifest from now on. */
export async function keepTag(db: D, it: Tag) {
  const { digest, updatedAt } = it;
  await db
    .insertInto("containerRegistryTags")
    .values(it)
    .onConflict((on) => on.columns(["projectId", "repository", "name"]).doUpdateSet({ digest, updatedAt }))
    .execute();
}

export async function listTags(db: D, { projectId, repository }: Place): Promise<string[]> {
  const rows = await db
    .selectFrom("containerRegistryTags")
    .select("name")
    .where("projectId", "=", projectId)
    .where("repository", "=", repository)
    .execute();
  return rows.map(({ name }) => name);
}

export async function deleteTag(db: D, { projectId, repository }: Place, name: string): Promise<boolean> {
  const gone = await db
    .deleteFrom("containerRegistryTags")
    .where("projectId", "=", projectId)
    .where("repository", "=", repository)
    .where("name", "=", name)
    .executeTakeFirst();
  return gone.numDeletedRows === 1n;
}
