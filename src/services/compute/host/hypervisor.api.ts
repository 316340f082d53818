import { Type } from "typebox";
import { ApiError, badRequest, notFound } from "#platform/api/errors.ts";
import { atLeast, shapes } from "#platform/api/versions.ts";
import type { Ctx } from "#platform/service/kit.ts";
import { type Compute, route } from "../kit.ts";
import { countByHost, serversOnHosts } from "../server/server.store.ts";
import { nextLink, type PageQuery, pageQuery, pageSize } from "../words.ts";
import { hypervisorRules as rule } from "./host.rules.ts";
import { findHostById, listHosts } from "./host.store.ts";
import type { ComputeHost } from "./host.ts";
import { brief, full, type HostServer, idOf, type Load, noLoad, statistics, uptime } from "./hypervisor.view.ts";

interface ListQuery extends PageQuery {
  hypervisor_hostname_pattern?: string;
  with_servers?: string;
}
const pattern = Type.Optional(Type.String({ minLength: 1, maxLength: 255 }));
const withServers = Type.Optional(Type.String());
const open = { additionalProperties: true };
const closed = { additionalProperties: false };
const more = { hypervisor_hostname_pattern: pattern, with_servers: withServers };
const listQuery = shapes<ListQuery>({
  "2.1": Type.Object({}, open),
  "2.33": Type.Object(pageQuery, open),
  "2.53": Type.Object({ ...pageQuery, ...more }, open),
  "2.75": Type.Object({ ...pageQuery, ...more }, closed),
});
const showQuery = shapes<ListQuery>({
  "2.1": Type.Object({}, open),
  "2.53": Type.Object({ with_servers: withServers }, open),
  "2.75": Type.Object({ with_servers: withServers }, closed),
});
const on = "GET /os-hypervisors/{id}";

export const hypervisorRoutes = [
  route({ on: "GET /os-hypervisors", rule: rule.list, query: listQuery, of: nobody, run: list }),
  route({ on: "GET /os-hypervisors/detail", rule: rule["list-detail"], query: listQuery, of: nobody, run: listDetail }),
  route({ on: "GET /os-hypervisors/statistics", until: "2.87", rule: rule.statistics, of: nobody, run: sums }),
  route({ on, rule: rule.show, query: showQuery, of: load, run: show }),
  route({ on: `${on}/uptime`, until: "2.87", rule: rule.uptime, of: load, run: showUptime }),
  route({ on: `${on}/search`, until: "2.52", rule: rule.search, of: nobody, run: search }),
  route({ on: `${on}/servers`, until: "2.52", rule: rule.servers, of: nobody, run: servers }),
];

interface Query {
  readonly query: ListQuery;
}
interface Path {
  readonly path: { readonly id: string };
}
type Found = ComputeHost & { projectId?: undefined };

function nobody() {
  return {};
}

async function load({ db, version }: Ctx<Compute>, { path }: Path): Promise<Found> {
  const it = await findHostById(db, path.id);
  if (it && String(idOf(it, version)) === path.id) return it;
  throw notFound(`Hypervisor with ID '${path.id}' could not be found.`);
}

async function list(ctx: Ctx<Compute>, _: object, { query }: Query) {
  const { page, servers } = await pageOf(ctx, query);
  return listed(ctx, "os-hypervisors", query, page, (it) => brief(it, ctx.version, ctx.now, servers(it)));
}

async function listDetail(ctx: Ctx<Compute>, _: object, { query }: Query) {
  const [{ page, servers }, loadOf] = [await pageOf(ctx, query), await loads(ctx)];
  return listed(ctx, "os-hypervisors/detail", query, page, (it) =>
    full(it, loadOf(it), ctx.version, ctx.now, servers(it)),
  );
}

function listed(
  ctx: Ctx<Compute>,
  path: string,
  query: ListQuery,
  page: ComputeHost[],
  view: (it: ComputeHost) => object,
) {
  const links = atLeast(ctx.version, "2.33") && nextLink(ctx.url, path, query, page);
  return { hypervisors: page.map(view), ...(links && { hypervisors_links: links }) };
}

async function pageOf(ctx: Ctx<Compute>, query: ListQuery) {
  const { hypervisor_hostname_pattern: wanted, marker } = query;
  if (wanted !== undefined && (marker !== undefined || query.limit !== undefined))
    throw badRequest("Paging over hypervisors with the hypervisor_hostname_pattern query parameter is not supported.");
  const all = (await listHosts(ctx.db)).filter((it) => wanted === undefined || it.name.includes(wanted));
  if (wanted !== undefined && all.length === 0) throw notFound(`No hypervisor matching '${wanted}' could be found.`);
  const from = marker === undefined ? 0 : all.findIndex((it) => String(idOf(it, ctx.version)) === marker) + 1;
  if (marker !== undefined && from === 0) throw badRequest(`Marker [${marker}] not found`);
  const page = all.slice(from, from + pageSize(query));
  return { page, servers: await serversIf(ctx, query) };
}

async function serversIf(ctx: Ctx<Compute>, query: ListQuery): Promise<(it: ComputeHost) => HostServer[] | undefined> {
  const said = query.with_servers?.toLowerCase();
  if (said === undefined || !["", "1", "t", "true", "on", "y", "yes"].includes(said)) return () => undefined;
  const by = await serversOnHosts(ctx.db);
  return (it) => by.get(it.name) ?? [];
}

async function loads({ db }: Ctx<Compute>): Promise<(it: ComputeHost) => Load> {
  const by = new Map((await countByHost(db)).map((it) => [it.host, it]));
  return (it) => by.get(it.name) ?? noLoad;
}

async function show(ctx: Ctx<Compute>, it: Found, { query }: Query) {
  const [loadOf, servers] = [await loads(ctx), await serversIf(ctx, query)];
  return { hypervisor: full(it, loadOf(it), ctx.version, ctx.now, servers(it)) };
}

async function sums(ctx: Ctx<Compute>) {
  const hosts = (await listHosts(ctx.db)).filter((it) => !it.disabled);
  return { hypervisor_statistics: statistics(hosts, await loads(ctx)) };
}

function showUptime({ version, now }: Ctx<Compute>, it: Found) {
  const text = uptime(it, now);
  if (text === null) throw new ApiError(501, "The requested functionality is not supported.");
  return { hypervisor: { ...brief(it, version, now), uptime: text } };
}

async function search(ctx: Ctx<Compute>, _: object, { path }: Path) {
  return { hypervisors: (await named(ctx, path.id)).map((it) => brief(it, ctx.version, ctx.now)) };
}

async function servers(ctx: Ctx<Compute>, _: object, { path }: Path) {
  const by = await serversOnHosts(ctx.db);
  return {
    hypervisors: (await named(ctx, path.id)).map((it) => brief(it, ctx.version, ctx.now, by.get(it.name) ?? [])),
  };
}

async function named({ db }: Ctx<Compute>, part: string): Promise<ComputeHost[]> {
  const its = (await listHosts(db)).filter((it) => it.name.includes(part));
  if (its.length === 0) throw notFound(`No hypervisor matching '${part}' could be found.`);
  return its;
}
