import type { Db } from "#platform/store/db.ts";
import type { Artifact } from "../artifact/artifact.ts";
import type { ArtifactTables } from "../tables.ts";

type Tables = Db<ArtifactTables>;

/** What an artifact depends on, in the place of what was said before. */
export async function writeLinks(db: Tables, artifactId: string, targetIds: readonly string[]) {
  await db.deleteFrom("artifactLinks").where("artifactId", "=", artifactId).execute();
  const rows = [...new Set(targetIds)].map((targetId) => ({ artifactId, targetId }));
  if (rows.length > 0) await db.insertInto("artifactLinks").values(rows).execute();
}

/** The artifacts that depend on one, but for itself. */
export function listDependents(db: Tables, id: string): Promise<Artifact[]> {
  return db
    .selectFrom("artifactLinks as l")
    .innerJoin("artifactArtifacts as a", "a.id", "l.artifactId")
    .selectAll("a")
    .where("l.targetId", "=", id)
    .where("l.artifactId", "!=", id)
    .orderBy("a.name")
    .orderBy("a.id")
    .execute();
}

/** Nothing depends on it any more. */
export async function deleteLinksTo(db: Tables, id: string) {
  await db.deleteFrom("artifactLinks").where("targetId", "=", id).execute();
}
