import { badRequest, notFound } from "#platform/api/errors.ts";
import { atLeast } from "#platform/api/versions.ts";
import type { Ctx, History } from "#platform/service/kit.ts";
import { type Compute, route } from "../kit.ts";
import { findServer, findServerEver } from "../server/server.store.ts";
import type { Server } from "../server/server.ts";
import { nextLink, type PageQuery, pageSize } from "../words.ts";
import { actionRules as rule } from "./instance-action.rules.ts";
import { type ListActions, listQuery } from "./instance-action.schema.ts";
import { brief, full } from "./instance-action.view.ts";

const all = "/servers/{id}/os-instance-actions";

export const instanceActionRoutes = [
  route({ on: `GET ${all}`, rule: rule.list, query: listQuery, of: load, run: list }),
  route({ on: `GET ${all}/{requestId}`, rule: rule.show, of: load, run: show }),
];

/** A server, from 2.21 on also one that was deleted. */
async function load(
  { db, version }: Ctx<Compute>,
  { path: { id } }: { path: { readonly id: string } },
): Promise<Server> {
  const it = await (atLeast(version, "2.21") ? findServerEver : findServer)(db, id);
  if (!it) throw notFound(`Instance ${id} could not be found.`);
  return it;
}

/** The latest first, as the history is. */
async function list(ctx: Ctx<Compute>, it: Server, { query }: { query: ListActions }) {
  const history = await ctx.history(it.id);
  if (!atLeast(ctx.version, "2.58")) return { instanceActions: history.map((one) => brief(one, it, ctx.version)) };
  const page = pageOf(history.filter(changedWithin(query)), query);
  const ids = page.map((one) => ({ id: one.requestId }));
  const more = nextLink(ctx.url, `servers/${it.id}/os-instance-actions`, query, ids);
  return { instanceActions: page.map((one) => brief(one, it, ctx.version)), ...(more && { links: more }) };
}

async function show(ctx: Ctx<Compute>, it: Server, { path: { requestId } }: { path: { readonly requestId: string } }) {
  const one = (await ctx.history(it.id)).find((each) => each.requestId === requestId);
  if (!one) throw notFound(`Action for request_id ${requestId} on instance ${it.id} not found`);
  const look = {
    version: ctx.version,
    mayEvents: ctx.may(rule.events, it),
    mayDetails: ctx.may(rule["events:details"], it),
  };
  return { instanceAction: full(one, it, look) };
}

function changedWithin({ "changes-since": since, "changes-before": before }: ListActions) {
  const [from, to] = [moment(since), moment(before)];
  if (from !== undefined && to !== undefined && from > to)
    throw badRequest("The value of changes-since must be less than or equal to changes-before.");
  return ({ updatedAt }: History) => {
    const at = Date.parse(updatedAt);
    return at >= (from ?? at) && at <= (to ?? at);
  };
}

/** A time without a zone is UTC. */
function moment(asked: string | undefined): number | undefined {
  if (asked === undefined) return undefined;
  const zoned = /(Z|[+-]\d{2}(:?\d{2})?)$/.test(asked.slice(10)) ? asked : `${asked}Z`;
  const at = Date.parse(zoned);
  if (Number.isNaN(at)) throw badRequest(`Invalid input for query parameters: '${asked}' is not a 'date-time'`);
  return at;
}

function pageOf(history: readonly History[], query: PageQuery): History[] {
  const { marker } = query;
  const at = marker === undefined ? -1 : history.findIndex((it) => it.requestId === marker);
  if (marker !== undefined && at < 0) throw badRequest(`Marker ${marker} could not be found.`);
  return history.slice(at + 1, at + 1 + pageSize(query));
}
