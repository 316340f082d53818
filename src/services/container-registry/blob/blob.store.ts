import type { Db } from "#platform/store/db.ts";
import type { Digest } from "../repository/digest.ts";
import type { Place } from "../repository/repository.ts";
import type { RegistryTables } from "../tables.ts";
import type { Blob } from "./blob.ts";

type D = Db<RegistryTables>;

/** Keeps the row of these bytes, or returns that of the same bytes that are there already. Holds it until the end of the transaction. */
export function keepBlob(db: D, it: Blob): Promise<Blob> {
  const { sha256, sha512 } = it;
  return db
    .insertInto("containerRegistryBlobs")
    .values(it)
    .onConflict((on) => on.column("sha256").doUpdateSet(sha512 === null ? { sha256 } : { sha512 }))
    .returningAll()
    .executeTakeFirstOrThrow();
}

/** A blob that can be seen in a repository. */
export function findLinked(db: D, { projectId, repository }: Place, { algorithm, hex }: Digest) {
  return db
    .selectFrom("containerRegistryBlobs as b")
    .innerJoin("containerRegistryLinks as l", "l.key", "b.key")
    .select(["b.key", "b.size", "b.sha256", "b.sha512", "l.seenAt"])
    .where("l.projectId", "=", projectId)
    .where("l.repository", "=", repository)
    .where(algorithm === "sha256" ? "b.sha256" : "b.sha512", "=", hex)
    .executeTakeFirst();
}

/** A blob that can be seen somewhere in a project, held so that it stays. */
export function holdInProject(db: D, projectId: string, repository: string | undefined, { algorithm, hex }: Digest) {
  let rows = db
    .selectFrom("containerRegistryBlobs as b")
    .innerJoin("containerRegistryLinks as l", "l.key", "b.key")
    .select(["b.key", "b.size"])
    .where("l.projectId", "=", projectId)
    .where(algorithm === "sha256" ? "b.sha256" : "b.sha512", "=", hex);
  if (repository !== undefined) rows = rows.where("l.repository", "=", repository);
  return rows.limit(1).forKeyShare(["b"]).executeTakeFirst();
}

/** The blob can be seen in the repository from now on; held until the end of the transaction. */
export async function keepLink(db: D, { projectId, repository }: Place, key: string, seenAt: string) {
  await db
    .insertInto("containerRegistryLinks")
    .values({ projectId, repository, key, seenAt })
    .onConflict((on) => on.columns(["projectId", "repository", "key"]).doUpdateSet({ seenAt }))
    .execute();
}

/** Links to blobs by their digests, held so that they stay until the end of the transaction. */
export async function holdLinks(db: D, { projectId, repository }: Place, digests: readonly Digest[]) {
  const of = (wanted: Digest["algorithm"]) => [
    "",
    ...digests.filter((it) => it.algorithm === wanted).map(({ hex }) => hex),
  ];
  return db
    .selectFrom("containerRegistryLinks as l")
    .innerJoin("containerRegistryBlobs as b", "b.key", "l.key")
    .select(["b.key", "b.size", "b.sha256", "b.sha512"])
    .where("l.projectId", "=", projectId)
    .where("l.repository", "=", repository)
    .where((eb) => eb.or([eb("b.sha256", "in", of("sha256")), eb("b.sha512", "in", of("sha512"))]))
    .orderBy("b.key")
    .forKeyShare(["l"])
    .execute();
}

/** Links that nobody has had to do with since then, and of which no manifest speaks; held for their end. */
export function holdForgotten(db: D, since: string, most: number) {
  return unspoken(db)
    .where("l.seenAt", "<", since)
    .orderBy("l.projectId")
    .orderBy("l.repository")
    .orderBy("l.key")
    .limit(most)
    .forUpdate(["l"])
    .skipLocked()
    .execute();
}

/** One link, held for its end. */
export function holdLink(db: D, { projectId, repository }: Place, key: string) {
  return db
    .selectFrom("containerRegistryLinks")
    .selectAll()
    .where("projectId", "=", projectId)
    .where("repository", "=", repository)
    .where("key", "=", key)
    .forUpdate()
    .executeTakeFirst();
}

/** Takes away a link that is held, unless a manifest speaks of it; says whether it is gone. */
export async function dropLink(db: D, { projectId, repository }: Place, key: string): Promise<boolean> {
  const gone = await db
    .deleteFrom("containerRegistryLinks as l")
    .where("l.projectId", "=", projectId)
    .where("l.repository", "=", repository)
    .where("l.key", "=", key)
    .where(({ not, exists, selectFrom }) =>
      not(
        exists(
          selectFrom("containerRegistryReferences as r")
            .select("r.key")
            .whereRef("r.projectId", "=", "l.projectId")
            .whereRef("r.repository", "=", "l.repository")
            .whereRef("r.key", "=", "l.key"),
        ),
      ),
    )
    .executeTakeFirst();
  return gone.numDeletedRows === 1n;
}

function unspoken(db: D) {
  return db
    .selectFrom("containerRegistryLinks as l")
    .select(["l.projectId", "l.repository", "l.key"])
    .where(({ not, exists, selectFrom }) =>
      not(
        exists(
          selectFrom("containerRegistryReferences as r")
            .select("r.key")
            .whereRef("r.projectId", "=", "l.projectId")
            .whereRef("r.repository", "=", "l.repository")
            .whereRef("r.key", "=", "l.key"),
        ),
      ),
    );
}

/** Holds the row of a blob for its end. */
export async function holdBlob(db: D, key: string) {
  await db.selectFrom("containerRegistryBlobs").select("key").where("key", "=", key).forUpdate().execute();
}

/** Deletes the row of a blob that is held, if it can be seen nowhere any more; says whether it did. */
export async function dropUnseen(db: D, key: string): Promise<boolean> {
  const gone = await db
    .deleteFrom("containerRegistryBlobs as b")
    .where("b.key", "=", key)
    .where(({ not, exists, selectFrom }) =>
      not(exists(selectFrom("containerRegistryLinks as l").select("l.key").whereRef("l.key", "=", "b.key"))),
    )
    .executeTakeFirst();
  return gone.numDeletedRows === 1n;
}

export async function listKeys(db: D): Promise<string[]> {
  const [blobs, uploads] = await Promise.all([
    db.selectFrom("containerRegistryBlobs").select("key").execute(),
    db.selectFrom("containerRegistryUploads").select("id").execute(),
  ]);
  return [...blobs.map(({ key }) => key), ...uploads.map(({ id }) => id)];
}
