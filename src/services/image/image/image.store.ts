import { type ExpressionBuilder, type ExpressionWrapper, type SqlBool, sql } from "kysely";
import type { Db } from "#platform/store/db.ts";
import { paged, type Sort } from "#platform/store/page.ts";
import { amongProjects } from "#platform/store/projects.ts";
import type { Place } from "../driver.ts";
import type { ImageTables } from "../tables.ts";
import type { ImageFilter, Seer } from "./image.filter.ts";
import type { Image, ImageStatus, Way } from "./image.ts";

type Tables = Db<ImageTables>;
type Eb = ExpressionBuilder<ImageTables, "imageImages">;
type Bool = ExpressionWrapper<ImageTables, "imageImages", SqlBool>;

export async function insertImage(db: Tables, it: Image) {
  await db
    .insertInto("imageImages")
    .values(written(it) as Image)
    .execute();
}

export function findImage(db: Tables, id: string): Promise<Image | undefined> {
  return db.selectFrom("imageImages").selectAll().where("id", "=", id).executeTakeFirst();
}

/** The same, held until the end of the transaction. */
export function lockImage(db: Tables, id: string): Promise<Image | undefined> {
  return db.selectFrom("imageImages").selectAll().where("id", "=", id).forUpdate().executeTakeFirst();
}

export async function changeImage(db: Tables, id: string, to: Partial<Image>) {
  await db.updateTable("imageImages").set(written(to)).where("id", "=", id).execute();
}

export async function deleteImage(db: Tables, id: string) {
  await db.deleteFrom("imageImages").where("id", "=", id).execute();
}

/** One guarded update, so that of two uploads only one gets the image. */
export async function takeForUpload(
  db: Tables,
  id: string,
  { meanwhile }: Way,
  { store: uploadStore, key: uploadId }: Place,
  now: string,
): Promise<boolean> {
  const taken = await db
    .updateTable("imageImages")
    .set({ status: meanwhile, uploadId, uploadStore, uploadAt: now, updatedAt: now })
    .where("id", "=", id)
    .where("status", "=", "queued")
    .executeTakeFirst();
  return taken.numUpdatedRows === 1n;
}

/** Changes an image as long as this upload has it. */
export async function changeUploading(db: Tables, uploadId: string, to: Partial<Image>): Promise<boolean> {
  const changed = await db
    .updateTable("imageImages")
    .set(to)
    .where("uploadId", "=", uploadId)
    .where("uploadAt", "is not", null)
    .executeTakeFirst();
  return changed.numUpdatedRows === 1n;
}

/** Uploads of which nothing was seen since then. */
export function listSilent(db: Tables, since: string): Promise<Image[]> {
  return db.selectFrom("imageImages").selectAll().where("uploadAt", "<", since).execute();
}

/** Where bytes of some image come in or wait. */
export async function listComing(db: Tables): Promise<Place[]> {
  const rows = await db
    .selectFrom("imageImages")
    .select(["uploadStore", "uploadId"])
    .where("uploadId", "is not", null)
    .execute();
  return rows.map(({ uploadStore, uploadId }) => ({ store: uploadStore!, key: uploadId! }));
}

/** Moves an image from one status to another; says whether it was there. */
export async function moveImage(
  db: Tables,
  id: string,
  from: ImageStatus,
  to: ImageStatus,
  now: string,
): Promise<boolean> {
  const moved = await db
    .updateTable("imageImages")
    .set({ status: to, updatedAt: now })
    .where("id", "=", id)
    .where("status", "=", from)
    .executeTakeFirst();
  return moved.numUpdatedRows === 1n;
}

export interface ImagePage {
  readonly sort: readonly Sort[];
  readonly after: Image | undefined;
  readonly limit: number;
}
export function listImages(db: Tables, seer: Seer, filter: ImageFilter, page: ImagePage): Promise<Image[]> {
  let rows = db
    .selectFrom("imageImages")
    .selectAll()
    .where((eb) => seen(eb, seer, filter));
  for (const { column, op, value } of filter.compare) rows = rows.where(column, op, value as never);
  for (const { column, values } of filter.among) rows = rows.where(column, "in", values as never);
  if (filter.tags.length) rows = rows.where(sql<SqlBool>`tags @> ${sql.val(filter.tags)}::text[]`);
  for (const [key, value] of Object.entries(filter.properties))
    rows = rows.where(sql<SqlBool>`properties ->> ${key} = ${value}`);
  return paged(rows, page).execute();
}

/** What the list shows to whom: hidden ones and other people's community images only when asked for. */
function seen(eb: Eb, seer: Seer, { visibility, hidden, memberStatus, among }: ImageFilter): Bool {
  const own = eb("owner", "=", seer.projectId ?? "");
  const wanted =
    visibility === undefined
      ? eb.or([eb("visibility", "!=", "community"), own])
      : visibility === "all"
        ? eb.lit(true)
        : eb("visibility", "=", visibility);
  const open = eb("visibility", "in", ["public", "community"]);
  const mine = seer.isAdmin ? eb.lit(true) : eb.or([own, open, shared(eb, seer, memberStatus)]);
  const there = seer.isAdmin && asksForGone(among) ? eb.lit(true) : eb("status", "!=", "pending_delete");
  return eb.and([wanted, mine, there, eb("hidden", "=", hidden)]) as Bool;
}

function asksForGone(among: ImageFilter["among"]): boolean {
  return among.some(({ column, values }) => column === "status" && values.includes("pending_delete"));
}

function shared(eb: Eb, { projectId }: Seer, status: ImageFilter["memberStatus"]) {
  let rows = eb
    .selectFrom("imageMembers")
    .select("imageId")
    .where("memberId", "=", projectId ?? "");
  if (status !== "all") rows = rows.where("status", "=", status);
  return eb.and([eb("visibility", "=", "shared"), eb("id", "in", rows)]);
}

/** Images that a task works for. */
export function listTasked(db: Tables): Promise<Image[]> {
  return db.selectFrom("imageImages").selectAll().where("taskId", "is not", null).execute();
}

/** Images whose deletion waits since before then. */
export function listDeletedBefore(db: Tables, then: string): Promise<Image[]> {
  return db.selectFrom("imageImages").selectAll().where("deletedAt", "<=", then).orderBy("deletedAt").execute();
}

/** What a project's images take, for quotas: in how many stores the bytes are, so many times they count. */
export async function usageOf(db: Tables, projectIds: readonly string[]) {
  const { rows } = await sql<{ count: string; bytes: string; staged: string; uploading: string }>`
    select count(*) as count,
      coalesce(sum(size * (select count(*) from image_places p where p.image_id = i.id)), 0) as bytes,
      coalesce(sum(size) filter (where status in ('uploading', 'importing')), 0) as staged,
      count(*) filter (where status in ('saving', 'uploading', 'importing') or importing_to <> '{}') as uploading
    from image_images i where ${amongProjects(projectIds, "owner")} and status <> 'pending_delete'`.execute(db);
  const [{ count, bytes, staged, uploading } = {} as never] = rows;
  return { count: Number(count), bytes: Number(bytes), staged: Number(staged), uploading: Number(uploading) };
}

function written(it: Partial<Image>): Partial<Image> {
  if (!it.properties) return it;
  return { ...it, properties: JSON.stringify(it.properties) as unknown as Image["properties"] };
}
