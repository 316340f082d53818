export type Status = "drafted" | "active" | "deactivated";
export type Visibility = "private" | "public";

export interface Artifact {
  readonly id: string;
  readonly typeName: string;
  readonly displayTypeName: string | null;
  readonly name: string;
  /** Semantic, in its plain spelling. */
  readonly version: string;
  /** What it sorts by. */
  readonly versionKey: string;
  /** The project that made it. */
  readonly owner: string;
  readonly status: Status;
  readonly visibility: Visibility;
  readonly description: string;
  readonly tags: string[];
  /** The type's own fields, but for its blobs. */
  readonly fields: Readonly<Record<string, unknown>>;
  readonly createdAt: string;
  readonly updatedAt: string;
  readonly activatedAt: string | null;
}
/** A change of some of it, by the columns. */
export type Changes = Partial<Omit<Artifact, "id" | "typeName" | "owner">>;
