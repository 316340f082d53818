import type { Db } from "#platform/store/db.ts";
import type { Place } from "../repository/repository.ts";
import type { RegistryTables } from "../tables.ts";
import type { Upload } from "./upload.ts";

type D = Db<RegistryTables>;

export async function insertUpload(db: D, it: Upload) {
  await db.insertInto("containerRegistryUploads").values(it).execute();
}

export function findUpload(db: D, { projectId, repository }: Place, id: string): Promise<Upload | undefined> {
  return db
    .selectFrom("containerRegistryUploads")
    .selectAll()
    .where("id", "=", id)
    .where("projectId", "=", projectId)
    .where("repository", "=", repository)
    .executeTakeFirst();
}

/** The upload is this request's, unless another one has it. */
export function takeUpload(db: D, id: string, holder: string, now: string): Promise<Upload | undefined> {
  return db
    .updateTable("containerRegistryUploads")
    .set({ holder, heldAt: now, updatedAt: now })
    .where("id", "=", id)
    .where("holder", "is", null)
    .returningAll()
    .executeTakeFirst();
}

/** Ends an upload whose request was not heard of since then, or says that there is none; false: it is at work. */
export async function endLeft(db: D, id: string, since: string): Promise<boolean> {
  const at = await db
    .deleteFrom("containerRegistryUploads")
    .where("id", "=", id)
    .where("heldAt", "<", since)
    .executeTakeFirst();
  if (at.numDeletedRows === 1n) return true;
  const rest = await db.selectFrom("containerRegistryUploads").select("id").where("id", "=", id).executeTakeFirst();
  return rest === undefined;
}

/** Changes an upload as long as this request has it. */
export async function changeHeld(db: D, id: string, holder: string, to: Partial<Upload>): Promise<boolean> {
  const changed = await db
    .updateTable("containerRegistryUploads")
    .set(to)
    .where("id", "=", id)
    .where("holder", "=", holder)
    .executeTakeFirst();
  return changed.numUpdatedRows === 1n;
}

/** Ends an upload as long as this request has it. */
export async function endHeld(db: D, id: string, holder: string): Promise<boolean> {
  const gone = await db
    .deleteFrom("containerRegistryUploads")
    .where("id", "=", id)
    .where("holder", "=", holder)
    .executeTakeFirst();
  return gone.numDeletedRows === 1n;
}

export async function deleteUpload(db: D, id: string) {
  await db.deleteFrom("containerRegistryUploads").where("id", "=", id).execute();
}

/** Ends uploads of which nothing was heard since then; says which. */
export async function endSilent(db: D, since: string): Promise<string[]> {
  const gone = await db.deleteFrom("containerRegistryUploads").where("updatedAt", "<", since).returning("id").execute();
  return gone.map(({ id }) => id);
}
