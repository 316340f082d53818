import type { Db } from "#platform/store/db.ts";
import type { Place } from "../repository/repository.ts";
import type { RegistryTables } from "../tables.ts";
import type { Manifest } from "./manifest.ts";

type D = Db<RegistryTables>;

/** Keeps a manifest; one that is there already stays as it is. */
export async function keepManifest(db: D, it: Manifest) {
  await db
    .insertInto("containerRegistryManifests")
    .values({ ...it, annotations: JSON.stringify(it.annotations) as unknown as Manifest["annotations"] })
    .onConflict((on) => on.columns(["projectId", "repository", "digest"]).doUpdateSet({ digest: it.digest }))
    .execute();
}

export async function keepReferences(db: D, { projectId, repository }: Place, digest: string, keys: readonly string[]) {
  if (keys.length === 0) return;
  await db
    .insertInto("containerRegistryReferences")
    .values(keys.map((key) => ({ projectId, repository, digest, key })))
    .onConflict((on) => on.doNothing())
    .execute();
}

export function findManifest(db: D, place: Place, digest: string): Promise<Manifest | undefined> {
  return within(db, place).where("digest", "=", digest).executeTakeFirst();
}

export function findTagged(db: D, { projectId, repository }: Place, tag: string): Promise<Manifest | undefined> {
  return db
    .selectFrom("containerRegistryTags as t")
    .innerJoin("containerRegistryManifests as m", (on) =>
      on
        .onRef("m.projectId", "=", "t.projectId")
        .onRef("m.repository", "=", "t.repository")
        .onRef("m.digest", "=", "t.digest"),
    )
    .selectAll("m")
    .where("t.projectId", "=", projectId)
    .where("t.repository", "=", repository)
    .where("t.name", "=", tag)
    .executeTakeFirst();
}

/** Which of these manifests there are; held so that they stay until the end of the transaction. */
export async function holdManifests(db: D, { projectId, repository }: Place, digests: readonly string[]) {
  const rows = await db
    .selectFrom("containerRegistryManifests")
    .select("digest")
    .where("projectId", "=", projectId)
    .where("repository", "=", repository)
    .where("digest", "in", ["", ...digests])
    .orderBy("digest")
    .forKeyShare()
    .execute();
  return rows.map(({ digest }) => digest);
}

/** What is about a manifest, the oldest first. */
export function listReferrers(db: D, place: Place, subject: string, artifactType?: string): Promise<Manifest[]> {
  let rows = within(db, place).where("subject", "=", subject);
  if (artifactType !== undefined) rows = rows.where("artifactType", "=", artifactType);
  return rows.orderBy("createdAt").orderBy("digest").execute();
}

export async function deleteManifest(db: D, { projectId, repository }: Place, digest: string): Promise<boolean> {
  const gone = await db
    .deleteFrom("containerRegistryManifests")
    .where("projectId", "=", projectId)
    .where("repository", "=", repository)
    .where("digest", "=", digest)
    .executeTakeFirst();
  return gone.numDeletedRows === 1n;
}

/** Whether anything was ever pushed that is still there. */
export async function isThere(db: D, { projectId, repository }: Place): Promise<boolean> {
  for (const table of ["containerRegistryManifests", "containerRegistryLinks"] as const) {
    const found = await db
      .selectFrom(table)
      .select("repository")
      .where("projectId", "=", projectId)
      .where("repository", "=", repository)
      .limit(1)
      .executeTakeFirst();
    if (found) return true;
  }
  return false;
}

/** A project's repositories that have manifests, after one of them, in their order. */
export async function listRepositories(db: D, projectId: string): Promise<string[]> {
  const rows = await db
    .selectFrom("containerRegistryManifests")
    .select("repository")
    .distinct()
    .where("projectId", "=", projectId)
    .execute();
  return rows.map(({ repository }) => repository);
}

function within(db: D, { projectId, repository }: Place) {
  return db
    .selectFrom("containerRegistryManifests")
    .selectAll()
    .where("projectId", "=", projectId)
    .where("repository", "=", repository);
}
