import type { Db } from "#platform/store/db.ts";
import { listBlobs } from "../blob/blob.store.ts";
import type { ArtifactTables } from "../tables.ts";
import type { ArtifactType } from "../type/field.ts";
import type { Artifact } from "./artifact.ts";
import { shown } from "./artifact.view.ts";

/** Artifacts as fields of a type, with what is known of their blobs. */
export async function lookAll(db: Db<ArtifactTables>, type: ArtifactType, artifacts: readonly Artifact[]) {
  const blobs = await listBlobs(
    db,
    artifacts.map(({ id }) => id),
  );
  return artifacts.map((it) =>
    shown(
      it,
      type,
      blobs.filter(({ artifactId }) => artifactId === it.id),
    ),
  );
}

export async function look(db: Db<ArtifactTables>, type: ArtifactType, it: Artifact) {
  return (await lookAll(db, type, [it]))[0]!;
}
