import { badRequest } from "#platform/api/errors.ts";
import { own } from "#platform/api/own.ts";
import type { Sort } from "#platform/store/page.ts";
import type { Query } from "./shapes.ts";
import { type Linking, links } from "./words.ts";

const most = 1000;

export interface Page {
  readonly sort: readonly Sort[];
  readonly limit: number;
  readonly offset: number;
  readonly marker: string | undefined;
}

/** What a list's query says of order and page. `columns`: the API's sort keys and our columns. */
export function pageOf(query: Query, columns: Readonly<Record<string, string>>): Page {
  const sort = sortOf(query).map(([key, way]) => ({ column: own(columns, key) ?? unknownKey(key), way: wayOf(way) }));
  const last = sort.at(-1)?.way ?? "desc";
  return {
    sort: sort.some(({ column }) => column === "id") ? sort : [...sort, { column: "id", way: last }],
    limit: Math.min(whole(query.limit, "limit") ?? most, most),
    offset: whole(query.offset, "offset") ?? 0,
    marker: query.marker,
  };
}

/** The link to the next page, if there may be one. */
export function nextLink(it: Linking, path: string, query: Query, shown: readonly { readonly id: string }[]) {
  const marker = shown.at(-1)?.id;
  const limit = Math.min(Number(query.limit ?? most), most);
  if (!marker || shown.length < limit) return undefined;
  const search = new URLSearchParams({ ...(query as Record<string, string>), marker });
  return [{ rel: "next", href: `${links(it, path)[0]?.href}?${search}` }];
}

function sortOf(query: Query): [string, string][] {
  const { sort, sort_key: key = "created_at", sort_dir: way = "desc" } = query;
  if (sort === undefined) return [[key.trim(), way.trim()]];
  if (query.sort_key !== undefined || query.sort_dir !== undefined)
    throw badRequest(
      "The 'sort_key' and 'sort_dir' parameters are deprecated and cannot be used with the 'sort' parameter.",
    );
  return sort.split(",").map((one) => {
    const [key = "", way = "desc"] = one.trim().split(":");
    return [key.trim(), way.trim() || "desc"];
  });
}

function wayOf(way: string): "asc" | "desc" {
  if (way === "asc" || way === "desc") return way;
  throw badRequest(
    `Invalid input received: Unknown sort direction, must be one of: asc, asc-nullsfirst, asc-nullslast, desc, desc-nullsfirst, desc-nullslast.`,
  );
}

function unknownKey(_key: string): never {
  throw badRequest("Invalid input received: Sort key supplied is invalid.");
}

function whole(text: string | undefined, what: string): number | undefined {
  if (text === undefined || text === "") return undefined;
  if (!/^-?\d+$/.test(text)) throw badRequest(`${what} param must be an integer`);
  if (text.startsWith("-")) throw badRequest(`${what} param must be positive`);
  return Number(text);
}
