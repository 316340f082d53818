import { type SqlBool, sql } from "kysely";
import type { Db } from "#platform/store/db.ts";
import type { Seer } from "../artifact/artifact.store.ts";
import type { ArtifactTables } from "../tables.ts";
import type { Bytes } from "./blob.ts";

type Tables = Db<ArtifactTables>;
/** A blob whose bytes are here, with all that is known of them. */
export interface Offered extends Bytes {
  readonly artifactId: string;
  readonly field: string;
  readonly entry: string;
  readonly contentType: string | null;
}

export function listOffered(db: Tables, artifactIds: readonly string[]): Promise<Offered[]> {
  return db
    .selectFrom("artifactBlobs as b")
    .innerJoin("artifactBytes as y", (on) => on.onRef("y.store", "=", "b.store").onRef("y.key", "=", "b.key"))
    .selectAll("y")
    .select(["b.artifactId", "b.field", "b.entry", "b.contentType"])
    .where("b.artifactId", "in", [...artifactIds, ""])
    .where("b.uploadKey", "is", null)
    .orderBy("b.field")
    .orderBy("b.entry")
    .execute();
}

/** Bytes of a hash that belong to an active artifact that somebody may see. */
export function findSeenBytes(db: Tables, { projectId, seesAll }: Seer, sha256: string): Promise<Bytes | undefined> {
  let rows = db
    .selectFrom("artifactBytes as y")
    .innerJoin("artifactBlobs as b", (on) => on.onRef("y.store", "=", "b.store").onRef("y.key", "=", "b.key"))
    .innerJoin("artifactArtifacts as a", "a.id", "b.artifactId")
    .selectAll("y")
    .where("y.sha256", "=", sha256)
    .where("a.status", "=", "active");
  if (!seesAll) rows = rows.where(sql<SqlBool>`(a.visibility = 'public' or a.owner = ${projectId ?? ""})`);
  return rows.limit(1).executeTakeFirst();
}
