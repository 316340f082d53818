import type { Extra } from "../identity.ts";

export interface Role {
  readonly id: string;
  readonly name: string;
  /** Null: a role of the whole cloud, the only kind that shows in tokens. */
  readonly domainId: string | null;
  readonly description: string | null;
  readonly options: Extra;
  readonly extra: Extra;
}

/** Who has the prior role has the implied one as well. */
export interface ImpliedRole {
  readonly priorId: string;
  readonly impliedId: string;
}

/** The roles and all that they imply, each with the role that brought it (itself for a given one). */
export function implied(given: readonly string[], pairs: readonly ImpliedRole[]): ReadonlyMap<string, string> {
  const found = new Map(given.map((id) => [id, id]));
  for (const [id] of found)
    for (const pair of pairs) if (pair.priorId === id && !found.has(pair.impliedId)) found.set(pair.impliedId, id);
  return found;
}
