import { badRequest } from "#platform/api/errors.ts";

export interface Asked {
  /** Attribute → wanted values, any of which will do. */
  readonly where: readonly (readonly [name: string, values: readonly string[]])[];
  readonly fields: readonly string[];
  readonly sort: readonly { readonly key: string; readonly way: "asc" | "desc" }[];
  readonly limit: number | undefined;
  readonly marker: string | undefined;
  readonly reverse: boolean;
}
export type Query = Readonly<Record<string, string | readonly string[]>>;

const reserved = new Set(["fields", "sort_key", "sort_dir", "limit", "marker", "page_reverse"]);

/** What a list's query string asks for. */
export function readQuery(query: Query): Asked {
  const dirs = many(query.sort_dir);
  const keys = many(query.sort_key);
  if (dirs.length > 0 && dirs.length !== keys.length)
    throw badRequest("The number of sort_keys and sort_dirs must be same", "HTTPBadRequest");
  return {
    where: Object.entries(query)
      .filter(([name]) => !reserved.has(name))
      .map(([name, values]) => [name, many(values)] as const),
    fields: many(query.fields).filter(Boolean),
    sort: keys.map((key, i) => ({ key, way: direction(dirs[i] ?? "asc") })),
    limit: readLimit(one(query.limit)),
    marker: one(query.marker),
    reverse: one(query.page_reverse)?.toLowerCase() === "true",
  };
}

/** Only the fields asked for, all of them where none is. */
export function pick<T extends object>(body: T, fields: readonly string[]): Partial<T> {
  if (fields.length === 0) return body;
  return Object.fromEntries(Object.entries(body).filter(([name]) => fields.includes(name))) as Partial<T>;
}

interface Page {
  readonly url: string;
  readonly query: Query;
  readonly asked: Asked;
  readonly ids: readonly string[];
}
/** The links to the pages beside this one. */
export function pageLinks({ url, query, asked: { limit, reverse }, ids }: Page) {
  if (limit === undefined) return [];
  const links: { rel: string; href: string }[] = [];
  if (ids.length > 0 && (ids.length >= limit || reverse))
    links.push({ rel: "next", href: href(url, query, ids.at(-1)!, false) });
  if (ids.length > 0 && (ids.length >= limit || !reverse))
    links.push({ rel: "previous", href: href(url, query, ids[0]!, true) });
  if (ids.length === 0 && one(query.marker))
    links.push({ rel: reverse ? "next" : "previous", href: href(url, query, one(query.marker)!, !reverse) });
  return links;
}

function href(url: string, query: Query, marker: string, reverse: boolean) {
  const to = new URLSearchParams();
  for (const [name, values] of Object.entries(query))
    if (name !== "marker" && name !== "page_reverse") for (const value of many(values)) to.append(name, value);
  to.append("marker", marker);
  if (reverse) to.append("page_reverse", "True");
  return `${url}?${to}`;
}

export function many(value: string | readonly string[] | undefined): readonly string[] {
  if (value === undefined) return [];
  return typeof value === "string" ? [value] : value;
}
function one(value: string | readonly string[] | undefined) {
  return many(value)[0];
}
function direction(word: string): "asc" | "desc" {
  if (word === "asc" || word === "desc") return word;
  throw badRequest(`sort_dir must be one of ['asc', 'desc'] but got ${word}`, "HTTPBadRequest");
}
function readLimit(text: string | undefined) {
  if (text === undefined || text === "") return undefined;
  const limit = Number(text);
  if (!Number.isInteger(limit) || limit < 0)
    throw badRequest(`Limit must be an integer 0 or greater and not '${text}'`, "HTTPBadRequest");
  return limit === 0 ? undefined : limit;
}
