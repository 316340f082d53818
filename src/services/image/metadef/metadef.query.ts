import { badRequest } from "#platform/api/errors.ts";
import { own } from "#platform/api/own.ts";
import type { Sort } from "#platform/store/page.ts";

export type Query = Readonly<Record<string, string | string[]>>;

const columns: Readonly<Record<string, string>> = {
  created_at: "createdAt",
  updated_at: "updatedAt",
  name: "name",
  id: "id",
};
const ofNamespaces: Readonly<Record<string, string>> = {
  created_at: "createdAt",
  updated_at: "updatedAt",
  namespace: "namespace",
  display_name: "displayName",
  description: "description",
  visibility: "visibility",
  protected: "protected",
  owner: "owner",
  id: "id",
};

export function last(query: Query, key: string): string | undefined {
  return [query[key]].flat().at(-1);
}

/** "sort_key=namespace&sort_dir=asc"; newest first where nothing is said. */
export function readSort(query: Query, of: "namespaces" | "definitions"): Sort[] {
  const key = last(query, "sort_key") ?? "created_at";
  const way = last(query, "sort_dir") ?? "desc";
  if (way !== "asc" && way !== "desc") throw badRequest(`Invalid sort direction: ${way}`);
  const column = own(of === "namespaces" ? ofNamespaces : columns, key);
  if (!column) throw badRequest(`Invalid sort key: ${key}`);
  return [...new Set([column, "createdAt", "id"])].map((one) => ({ column: one, way }));
}

/** How many a page has; undefined where nothing is said. */
export function readLimit(query: Query): number | undefined {
  const text = last(query, "limit");
  if (text === undefined) return undefined;
  if (!/^-?\d+$/.test(text)) throw badRequest("limit param must be an integer");
  if (Number(text) < 0) throw badRequest("limit param must be positive");
  return Math.min(1000, Number(text));
}

export function readVisibility(query: Query): string | undefined {
  const text = last(query, "visibility");
  if (text && text !== "public" && text !== "private") throw badRequest(`Invalid visibility value: ${text}`);
  return text || undefined;
}
