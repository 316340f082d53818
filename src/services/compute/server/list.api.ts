import { badRequest, forbidden } from "#platform/api/errors.ts";
import { own } from "#platform/api/own.ts";
import { atLeast } from "#platform/api/versions.ts";
import { type Ctx, reply } from "#platform/service/kit.ts";
import type { Sort } from "#platform/store/page.ts";
import { type Compute, route } from "../kit.ts";
import { aroundAll, lookOf } from "./around.api.ts";
import { filterOf, one } from "./filter.api.ts";
import { adminSortColumns, idleSortKeys, type ServerFilter, sortColumns } from "./filter.ts";
import { type ListQuery, listQuery } from "./list.schema.ts";
import { listServerIds, listServers, textsLike } from "./list.store.ts";
import { serverRules as rule } from "./server.rules.ts";
import { findServerEver } from "./server.store.ts";
import type { Server } from "./server.ts";
import { brief, fullJson } from "./server.view.ts";

export const listRoutes = [
  route({ on: "GET /servers", rule: rule.index, query: listQuery, of: ownProject, run: list }),
  route({ on: "GET /servers/detail", rule: rule.detail, query: listQuery, of: ownProject, run: listDetail }),
];

interface Asked {
  readonly query: ListQuery;
}

function ownProject({ actor }: Ctx<Compute>) {
  return { projectId: actor.projectId };
}

async function list(ctx: Ctx<Compute>, _: object, { query }: Asked) {
  const page = await pageOf(ctx, query, "index");
  return { servers: page.map((it) => brief(ctx, it)), ...next(ctx, "servers", query, page) };
}

async function listDetail(ctx: Ctx<Compute>, _: object, { query }: Asked) {
  const page = await pageOf(ctx, query, "detail");
  const [look, around] = [lookOf(ctx), await aroundAll(ctx, page)];
  const servers = page.map((it) => fullJson(look(it), it, around(it)));
  const more = JSON.stringify(next(ctx, "servers/detail", query, page));
  const json = `{"servers":[${servers.join(",")}]${more === "{}" ? "" : `,${more.slice(1, -1)}`}}`;
  return reply(json, { headers: { "content-type": "application/json" } });
}

async function pageOf(ctx: Ctx<Compute>, query: ListQuery, kind: "index" | "detail"): Promise<Server[]> {
  const all = wantsAll(ctx, query, kind);
  const sort = sortOf(ctx, query);
  const filter = filterOf(ctx, query, all);
  if (!filter) return [];
  const narrowed = await byAddress(ctx, query, filter);
  return listServers(ctx.db, { ...narrowed, sort, after: await markerOf(ctx, query, all), limit: sizeOf(query) });
}

function wantsAll(ctx: Ctx<Compute>, query: ListQuery, kind: "index" | "detail"): boolean {
  const said = one(query, "all_tenants")?.toLowerCase();
  if (said === undefined || ["0", "false", "f", "no", "off", "n"].includes(said)) return false;
  if (!["", "1", "true", "t", "yes", "on", "y"].includes(said))
    throw badRequest(
      `Invalid input received: Unrecognized value '${said}', acceptable values are: '0', '1', 'false', 'true'`,
    );
  const needed = rule[`${kind}:get_all_tenants`];
  if (ctx.may(needed, {})) return true;
  throw forbidden(`Policy doesn't allow ${needed.name} to be performed.`);
}

function sortOf({ actor }: Ctx<Compute>, query: ListQuery): Sort[] {
  const [keys, ways] = [many(query, "sort_key"), many(query, "sort_dir")];
  const known = actor.roles.includes("admin") ? { ...sortColumns, ...adminSortColumns } : sortColumns;
  const sort: Sort[] = [];
  keys.forEach((key, i) => {
    const way = ways[i] ?? ways.at(-1) ?? "desc";
    if (way !== "asc" && way !== "desc")
      throw badRequest(
        `Invalid input for query parameters sort_dir. Value: ${way}. '${way}' does not match '^(asc|desc)$'`,
      );
    const column = own(known, key);
    if (column) sort.push({ column, way });
    else if (!idleSortKeys.includes(key) && !Object.hasOwn(adminSortColumns, key))
      throw badRequest(`Invalid input for query parameters sort_key. Value: ${key}. ${key} is not a sort key`);
  });
  const last = sort.at(-1)?.way ?? "desc";
  for (const column of ["createdAt", "id"])
    if (!sort.some((it) => it.column === column)) sort.push({ column, way: last });
  return sort;
}

/** Addresses are network's: it says which of the servers that match otherwise have them. */
async function byAddress(ctx: Ctx<Compute>, query: ListQuery, filter: ServerFilter): Promise<ServerFilter> {
  const asked = addressPatterns(ctx, query);
  if (asked.length === 0) return filter;
  const addresses = await ctx.needs.network.addressesOf(ctx, await listServerIds(ctx.db, filter));
  let ids = [...addresses.keys()];
  for (const { version, pattern } of asked) {
    const ipsOf = (id: string) => (addresses.get(id) ?? []).filter((it) => it.version === version && it.ip !== null);
    const fit = await textsLike(
      ctx.db,
      ids.flatMap((id) => ipsOf(id).map(({ ip }) => ip!)),
      pattern,
    );
    ids = ids.filter((id) => ipsOf(id).some(({ ip }) => fit.has(ip!)));
  }
  return { ...filter, ids };
}

function addressPatterns(ctx: Ctx<Compute>, query: ListQuery) {
  const mayIp6 = atLeast(ctx.version, "2.5") || ctx.actor.roles.includes("admin");
  const asked = [
    { version: 4, text: one(query, "ip") },
    { version: 6, text: mayIp6 ? one(query, "ip6") : undefined },
  ];
  return asked.flatMap(({ version, text }) => (text === undefined ? [] : [{ version, pattern: patternOf(text) }]));
}

function patternOf(text: string): string {
  try {
    new RegExp(text);
    return text;
  } catch {
    throw badRequest(`Invalid input received: Invalid regular expression: ${text}`);
  }
}

async function markerOf(ctx: Ctx<Compute>, query: ListQuery, all: boolean): Promise<Server | undefined> {
  const id = one(query, "marker");
  if (id === undefined) return undefined;
  const it = await findServerEver(ctx.db, id);
  if (!it || (!all && it.projectId !== ctx.actor.projectId)) throw badRequest(`marker [${id}] not found`);
  return it;
}

const longestPage = 1000;

function sizeOf(query: ListQuery): number {
  const asked = one(query, "limit");
  return asked ? Math.min(Number(asked), longestPage) : longestPage;
}

function next({ url }: Ctx<Compute>, path: string, query: ListQuery, page: readonly Server[]) {
  const last = page.at(-1);
  if (!last || page.length < sizeOf(query)) return {};
  const kept = Object.entries(query).filter(([key]) => key !== "marker");
  const pairs = kept.flatMap(([key, value]) => [value ?? ""].flat().map((it) => [key, it] as [string, string]));
  const params = new URLSearchParams([...pairs, ["marker", last.id]]);
  return { servers_links: [{ rel: "next", href: `${url}/${path}?${params}` }] };
}

function many(query: ListQuery, key: string): readonly string[] {
  return [query[key] ?? []].flat();
}
