import { Type } from "typebox";
import { badRequest } from "#platform/api/errors.ts";
import { atLeast, shapes } from "#platform/api/versions.ts";
import type { Ctx } from "#platform/service/kit.ts";
import { type Compute, route } from "../kit.ts";
import { findServerEver } from "../server/server.store.ts";
import { nextLink, type PageQuery, pageQuery, pageSize } from "../words.ts";
import { usageRules as rule } from "./usage.rules.ts";
import { listUsed } from "./usage.store.ts";
import type { Span, UsedServer } from "./usage.ts";
import { projectUsage } from "./usage.view.ts";

interface Query extends PageQuery {
  start?: string;
  end?: string;
  detailed?: string;
}
const text = Type.Optional(Type.String());
const span = { start: text, end: text, detailed: text };
const query = shapes<Query>({
  "2.1": Type.Object(span, { additionalProperties: true }),
  "2.40": Type.Object({ ...span, ...pageQuery }, { additionalProperties: true }),
  "2.75": Type.Object({ ...span, ...pageQuery }, { additionalProperties: false }),
});

export const usageRoutes = [
  route({ on: "GET /os-simple-tenant-usage", rule: rule.list, query, of: nobody, run: list }),
  route({ on: "GET /os-simple-tenant-usage/{id}", rule: rule.show, query, of: project, run: show }),
];

interface Asked {
  readonly query: Query;
}

function nobody() {
  return {};
}

function project(_ctx: Ctx<Compute>, { path }: { path: { readonly id: string } }) {
  return { projectId: path.id };
}

async function list(ctx: Ctx<Compute>, _: object, { query }: Asked) {
  const within = spanOf(ctx, query);
  const page = await pageOf(ctx, query, within, undefined);
  const detailed = query.detailed === "1";
  const usages = [...Map.groupBy(page, (it) => it.projectId)].map(([id, its]) =>
    projectUsage(id, its, within, ctx.now, detailed),
  );
  return { tenant_usages: usages, ...links(ctx, "os-simple-tenant-usage", query, page, "tenant_usages_links") };
}

async function show(ctx: Ctx<Compute>, { projectId }: { projectId: string }, { query }: Asked) {
  const within = spanOf(ctx, query);
  const page = await pageOf(ctx, query, within, projectId);
  const usage = page.length > 0 ? projectUsage(projectId, page, within, ctx.now, true) : {};
  return {
    tenant_usage: usage,
    ...links(ctx, `os-simple-tenant-usage/${projectId}`, query, page, "tenant_usage_links"),
  };
}

async function pageOf(
  ctx: Ctx<Compute>,
  query: Query,
  within: Span,
  projectId: string | undefined,
): Promise<UsedServer[]> {
  const paging = atLeast(ctx.version, "2.40");
  const after = paging && query.marker !== undefined ? await findServerEver(ctx.db, query.marker) : undefined;
  if (paging && query.marker !== undefined && !after) throw badRequest(`marker [${query.marker}] not found`);
  return listUsed(ctx.db, { ...within, projectId, after, limit: paging ? pageSize(query) : undefined });
}

function links(ctx: Ctx<Compute>, path: string, query: Query, page: UsedServer[], name: string) {
  const next = atLeast(ctx.version, "2.40") && nextLink(ctx.url, path, query, page);
  return next ? { [name]: next } : {};
}

function spanOf({ now }: Ctx<Compute>, query: Query): Span {
  const [start, end] = [time(query.start) ?? now, time(query.end) ?? now];
  if (start > end) throw badRequest("Invalid start time. The start time cannot occur after the end time.");
  return { start, end };
}

function time(said: string | undefined): string | undefined {
  if (said === undefined) return undefined;
  const [, date, clock = "00:00:00"] = /^(\d{4}-\d\d-\d\d)(?:[T ](\d\d:\d\d:\d\d(?:\.\d+)?))?$/.exec(said) ?? [];
  const at = new Date(`${date}T${clock}Z`);
  if (Number.isNaN(at.getTime())) throw badRequest("Datetime is in invalid format");
  return at.toISOString();
}
