import type { Extra } from "../identity.ts";

export interface Role {
  readonly id: string;
  readonly name: string;
  /** Null: a role of the whole cloud, the only kind that shows in tokens. */
  readonly domainId: string | null;
  /** The service of the catalogue where alone it holds, and what it implies; null: it holds everywhere. */
  readonly serviceId: string | null;
  readonly description: string | null;
  readonly options: Extra;
  readonly extra: Extra;
}

/** Who has the prior role has the implied one as well. */
export interface ImpliedRole {
  readonly priorId: string;
  readonly impliedId: string;
}

/** A role that somebody has somewhere. `at`: the type of the service where alone it holds; `own`: by its own binding. */
export interface HeldRole {
  readonly id: string;
  readonly name: string;
  readonly at?: string | null;
  readonly own?: boolean;
  /** When it ends by itself. */
  readonly until?: string | null;
}

/** When the first of these roles ends by itself, if one does. */
export function soonest(held: readonly Pick<HeldRole, "until">[]): readonly string[] {
  return held
    .flatMap(({ until }) => until ?? [])
    .sort()
    .slice(0, 1);
}

/** As clients see them: what holds everywhere, and bound roles by their own names, but not what those imply at one service. */
export function shown<T extends HeldRole>(held: readonly T[]): readonly T[] {
  return held.filter(({ at, own }) => !at || own);
}

/** The names that hold everywhere, and those that hold at one service only, by its type. */
export function namesOf(held: readonly HeldRole[]) {
  const bound: Record<string, string[]> = {};
  for (const { name, at } of held) if (at) bound[typeOf(at)] = [...(bound[typeOf(at)] ?? []), name];
  const roles = held.filter(({ at }) => !at).map(({ name }) => name);
  return { roles, ...(Object.keys(bound).length > 0 && { bound }) };
}

/** The catalogue has more than one name for block storage. */
function typeOf(type: string): string {
  return /^volume(v\d)?$/.test(type) ? "block-storage" : type;
}

/** The roles and all that they imply, each with the role that brought it (itself for a given one). */
export function implied(given: readonly string[], pairs: readonly ImpliedRole[]): ReadonlyMap<string, string> {
  const found = new Map(given.map((id) => [id, id]));
  for (const [id] of found)
    for (const pair of pairs) if (pair.priorId === id && !found.has(pair.impliedId)) found.set(pair.impliedId, id);
  return found;
}
