import type { Plan, Wish, WishValue } from "../ovsdb/edit.ts";
import type { Ref, Replica } from "../ovsdb/replica.ts";
import type { Row } from "../ovsdb/values.ts";

export type Kind = "network" | "port" | "router" | "floating-ip" | "security-group";

const ownerOf = (kind: Kind, id: string) => `${kind}:${id}`;

/** What every row says of the resource that it is there for. */
export function ids(
  kind: Kind,
  id: string,
  more: Readonly<Record<string, string>> = {},
): Readonly<Record<string, string>> {
  return { "crunch:id": id, "crunch:kind": kind, "crunch:owner": ownerOf(kind, id), ...more };
}

/** These rows and no others belong to the resource. */
export function exactly(
  replica: Replica,
  kind: Kind,
  id: string,
  plan: Plan & { readonly rows: readonly Wish[] },
): Plan {
  const wanted = new Set(plan.rows.map(key));
  const stale = replica.owned(ownerOf(kind, id)).filter((ref) => !wanted.has(key(ref)));
  return { ...plan, gone: [...stale, ...(plan.gone ?? [])] };
}

const key = ({ table, uuid }: Ref) => `${table}/${uuid}`;

/** No row belongs to the resource any more. */
export function nothing(replica: Replica, kind: Kind, id: string): Plan {
  return exactly(replica, kind, id, { rows: [] });
}

export function idsOf(row: Row | undefined): ReadonlyMap<string, string> {
  return (row?.external_ids ?? new Map()) as ReadonlyMap<string, string>;
}

/** Leaves out the options that are null. */
export function options(
  all: Readonly<Record<string, string | null | undefined>>,
): Readonly<Record<string, string>> & WishValue {
  return Object.fromEntries(
    Object.entries(all).filter((entry): entry is [string, string] => typeof entry[1] === "string"),
  );
}
