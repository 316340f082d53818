import { type SqlBool, sql } from "kysely";
import type { Db } from "#platform/store/db.ts";
import type { Place } from "../driver.ts";
import type { ArtifactTables } from "../tables.ts";
import { type Blob, noUpload, type Slot } from "./blob.ts";

type Tables = Db<ArtifactTables>;

export function listBlobs(db: Tables, artifactIds: readonly string[]): Promise<Blob[]> {
  return db
    .selectFrom("artifactBlobs")
    .selectAll()
    .where("artifactId", "in", [...artifactIds, ""])
    .orderBy("field")
    .orderBy("entry")
    .execute();
}

export function findBlob(db: Tables, { artifactId, field, entry }: Slot): Promise<Blob | undefined> {
  return db
    .selectFrom("artifactBlobs")
    .selectAll()
    .where((eb) => eb.and({ artifactId, field, entry }))
    .executeTakeFirst();
}

/** Writes a blob's row, over the one that is there. */
export async function putBlob(db: Tables, it: Blob) {
  const { artifactId: _id, field: _field, entry: _entry, ...rest } = it;
  await db
    .insertInto("artifactBlobs")
    .values(it)
    .onConflict((on) => on.columns(["artifactId", "field", "entry"]).doUpdateSet(rest))
    .execute();
}

export async function deleteBlob(db: Tables, { artifactId, field, entry }: Slot) {
  await db
    .deleteFrom("artifactBlobs")
    .where((eb) => eb.and({ artifactId, field, entry }))
    .execute();
}

/** The blob that an upload has, held until the end of the transaction. */
export function lockUpload(db: Tables, uploadKey: string): Promise<Blob | undefined> {
  return db.selectFrom("artifactBlobs").selectAll().where("uploadKey", "=", uploadKey).forUpdate().executeTakeFirst();
}

/** Says that an upload goes on; false if it has no blob any more. */
export async function touchUpload(db: Tables, uploadKey: string, uploadAt: string): Promise<boolean> {
  const done = await db
    .updateTable("artifactBlobs")
    .set({ uploadAt })
    .where("uploadKey", "=", uploadKey)
    .executeTakeFirst();
  return done.numUpdatedRows === 1n;
}

/** An upload has no blob any more: what was there before it is there again. Says whether it had one. */
export async function endUpload(db: Tables, uploadKey: string): Promise<boolean> {
  const gone = await db
    .deleteFrom("artifactBlobs")
    .where("uploadKey", "=", uploadKey)
    .where("key", "is", null)
    .where("url", "is", null)
    .executeTakeFirst();
  const back = await db
    .updateTable("artifactBlobs")
    .set(noUpload)
    .where("uploadKey", "=", uploadKey)
    .executeTakeFirst();
  return gone.numDeletedRows + back.numUpdatedRows === 1n;
}

/** Uploads of which nothing was seen since then. */
export function listSilent(db: Tables, since: string): Promise<Blob[]> {
  return db.selectFrom("artifactBlobs").selectAll().where("uploadAt", "<", since).execute();
}

/** Where bytes of some blob come in. */
export async function listComing(db: Tables): Promise<Place[]> {
  const rows = await db
    .selectFrom("artifactBlobs")
    .select(["uploadStore", "uploadKey"])
    .where("uploadKey", "is not", null)
    .execute();
  return rows.map(({ uploadStore, uploadKey }) => ({ store: uploadStore!, key: uploadKey! }));
}

export async function isUploading(db: Tables, artifactId: string): Promise<boolean> {
  const found = await db
    .selectFrom("artifactBlobs")
    .select("field")
    .where("artifactId", "=", artifactId)
    .where(sql<SqlBool>`upload_key is not null`)
    .executeTakeFirst();
  return found !== undefined;
}
