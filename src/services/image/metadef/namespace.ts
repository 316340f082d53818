export interface Namespace {
  readonly id: string;
  readonly namespace: string;
  readonly displayName: string | null;
  readonly description: string | null;
  readonly visibility: "public" | "private";
  readonly protected: boolean;
  /** The project that it belongs to; null: nobody's, and everybody's to see. */
  readonly owner: string | null;
  readonly createdAt: string;
  readonly updatedAt: string;
}

export type Kind = "object" | "property" | "tag";

/** An object, a property or a tag of a namespace. */
export interface Definition {
  readonly id: string;
  readonly namespaceId: string;
  readonly kind: Kind;
  readonly name: string;
  /** What the API shows of it beside its name. */
  readonly body: Readonly<Record<string, unknown>>;
  readonly createdAt: string;
  readonly updatedAt: string;
}

export interface ResourceType {
  readonly name: string;
  readonly protected: boolean;
  readonly createdAt: string;
  readonly updatedAt: string;
}

/** The kind of thing that a namespace's properties are for, and what their names begin with there. */
export interface Association {
  readonly namespaceId: string;
  readonly name: string;
  readonly prefix: string | null;
  readonly propertiesTarget: string | null;
  readonly createdAt: string;
  readonly updatedAt: string;
}

/** Whether somebody who is no admin may know of it. */
export function isSeen({ owner, visibility }: Namespace, projectId: string | undefined): boolean {
  return visibility === "public" || owner === null || owner === projectId;
}
