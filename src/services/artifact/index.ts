import type { Actor } from "#platform/api/rules.ts";
import type { Join } from "#platform/store/join.ts";
import type { ArtifactDriver } from "./driver.ts";

/** Where artifacts' bytes are: for neighbours that bring or take them. */
export type ArtifactStore = ArtifactDriver;

/** Bytes in one of the artifact service's stores. */
export interface ArtifactPlace {
  readonly store: string;
  readonly key: string;
}
/** What is known of bytes that are in such a place. */
export interface ArtifactBytes extends ArtifactPlace {
  readonly sizeBytes: number;
  readonly md5: string;
  readonly sha1: string;
  readonly sha256: string;
  readonly sha512: string;
}
export interface ArtifactBlob extends ArtifactBytes {
  /** The type's field, and the key where that is a dictionary of blobs. */
  readonly field: string;
  readonly entry: string | null;
  readonly contentType: string;
}
/** An artifact that can be used: it does not change any more. Blobs that are only linked to from outside are not among its blobs. */
export interface ActiveArtifact {
  readonly id: string;
  readonly typeName: string;
  readonly name: string;
  readonly version: string;
  readonly owner: string;
  readonly visibility: "private" | "public";
  readonly description: string;
  readonly tags: readonly string[];
  readonly activatedAt: string;
  /** Its type's own fields by their names, "metadata" among them. */
  readonly fields: Readonly<Record<string, unknown>>;
  readonly blobs: readonly ArtifactBlob[];
}
export interface WhichArtifacts {
  readonly typeName?: string;
  readonly name?: string;
  readonly version?: string;
}
export interface NewArtifact {
  readonly typeName: string;
  readonly name: string;
  readonly version: string;
  readonly description?: string;
  readonly tags?: readonly string[];
  readonly fields?: Readonly<Record<string, unknown>>;
  /** Bytes that are in their places already, announced by `expectBytes`; from now on they are the artifact's. */
  readonly blobs: readonly ArtifactBlob[];
}

/** What neighbours may ask of artifacts. */
export interface Artifacts {
  /** Active artifacts that the actor may see (null: any, for sagas), the newest version of a name first. */
  listActive(tx: Join, actor: Actor | null, which: WhichArtifacts): Promise<ActiveArtifact[]>;
  /** Bytes with this hash that belong to an active artifact that the actor may see. */
  findBytes(tx: Join, actor: Actor | null, sha256: string): Promise<ArtifactBytes | undefined>;
  /**
   * Makes an active artifact of the actor's project and says its id. Throws ApiError with a sentence: 400 for what its type does not
   * take, 403 and 413 over a quota, 409 if the name has that version already.
   */
  create(tx: Join, actor: Actor, it: NewArtifact): Promise<string>;
  /** To be said before bytes are put into a place: nobody takes them for leftovers. `create` or `forgetBytes` ends it. */
  expectBytes(tx: Join, at: ArtifactPlace): Promise<void>;
  /** They will not be an artifact's: what is in the place is deleted by durable work. */
  forgetBytes(tx: Join, at: ArtifactPlace): Promise<void>;
}
