import type { Artifact } from "./artifact/artifact.ts";
import type { Blob, Bytes, ExpectedBytes } from "./blob/blob.ts";
import type { Link } from "./link/link.ts";

/** Rows are the domain's own types; the store spells them in snake_case for the database. */
export interface ArtifactTables {
  artifactArtifacts: Artifact;
  artifactLinks: Link;
  artifactBlobs: Blob;
  artifactBytes: Bytes;
  artifactExpected: ExpectedBytes;
}
