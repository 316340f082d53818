import { notFound } from "#platform/api/errors.ts";
import type { Db } from "#platform/store/db.ts";
import { paged } from "#platform/store/page.ts";
import type { Page } from "../page.ts";
import type { BlockStorageTables } from "../tables.ts";
import type { Attachment } from "./attachment.ts";

type Tables = Db<BlockStorageTables>;

export function insertAttachment(db: Tables, it: Attachment) {
  return db.insertInto("blockStorageAttachments").values(it).execute();
}

export function findAttachment(db: Tables, id: string): Promise<Attachment | undefined> {
  return all(db).where("id", "=", id).executeTakeFirst();
}

export async function getAttachment(db: Tables, id: string): Promise<Attachment> {
  const it = await findAttachment(db, id);
  if (!it) throw notFound(`Volume attachment could not be found with filter: attachment_id = ${id}.`);
  return it;
}

export async function changeAttachment(db: Tables, id: string, to: Partial<Attachment>) {
  await db.updateTable("blockStorageAttachments").set(to).where("id", "=", id).execute();
}

/** Says true to one caller only: the one that starts the end of the attachment. */
export async function takeForRelease(db: Tables, id: string): Promise<boolean> {
  const taken = await db
    .updateTable("blockStorageAttachments")
    .set({ releasing: true, status: "detaching" })
    .where("id", "=", id)
    .where("releasing", "=", false)
    .executeTakeFirst();
  return taken.numUpdatedRows === 1n;
}

export function deleteAttachmentRow(db: Tables, id: string) {
  return db.deleteFrom("blockStorageAttachments").where("id", "=", id).execute();
}

export function listAttachmentsOf(db: Tables, volumeIds: readonly string[]): Promise<Attachment[]> {
  return volumeIds.length ? all(db).where("volumeId", "in", volumeIds).execute() : Promise.resolve([]);
}

type Filter = { readonly [k in "projectId" | "volumeId" | "serverId" | "status"]: string | undefined };

export function listAttachments(db: Tables, filter: Filter, page: Page, after?: Attachment): Promise<Attachment[]> {
  let query = all(db);
  for (const [column, value] of Object.entries(filter) as [keyof Filter, string | undefined][])
    if (value !== undefined) query = query.where(column, "=", value);
  return paged(query, { sort: page.sort, after, limit: page.limit }).offset(page.offset).execute();
}

/** Those whose volume must be served now. */
export function listConnected(db: Tables): Promise<Attachment[]> {
  return all(db).where("connection", "is not", null).where("releasing", "=", false).execute();
}

function all(db: Tables) {
  return db.selectFrom("blockStorageAttachments").selectAll();
}
