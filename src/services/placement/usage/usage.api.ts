import { Type } from "typebox";
import { atLeast, shapes } from "#platform/api/versions.ts";
import { type Ctx, reply } from "#platform/service/kit.ts";
import { unknownKind } from "../allocation/allocation.ts";
import { listInventories } from "../inventory/inventory.store.ts";
import { type PlacementScope, route } from "../kit.ts";
import { load, type OfProvider } from "../provider/provider.api.ts";
import { fresh } from "../provider/provider.view.ts";
import { rule } from "../rules.ts";
import { consumersBy, type ProjectUsed, usedBy, usedOn } from "./usage.store.ts";

const text = Type.String({ minLength: 1, maxLength: 255 });
const optional = Type.Optional(text);
const query = shapes<UsageQuery>({
  "1.9": Type.Object({ project_id: text, user_id: optional }, { additionalProperties: false }),
  "1.38": Type.Object(
    { project_id: text, user_id: optional, consumer_type: optional },
    { additionalProperties: false },
  ),
});

export const usageRoutes = [
  route({ on: "GET /resource_providers/{uuid}/usages", rule: rule.providerUsages.usages, of: load, run: ofProvider }),
  route({ on: "GET /usages", since: "1.9", rule: rule.usages.usages, query, of: project, run: ofProject }),
];

type Own = Ctx<PlacementScope>;
interface UsageQuery {
  project_id: string;
  user_id?: string;
  consumer_type?: string;
}

async function ofProvider(ctx: Own, { provider: { id, generation } }: OfProvider) {
  const zero = (await listInventories(ctx.db, [id])).map((it) => [it.resourceClass, 0]);
  const used = (await usedOn(ctx.db, [id])).map((it) => [it.resourceClass, it.used]);
  const usages = Object.fromEntries([...zero, ...used]);
  return reply({ usages, resource_provider_generation: generation }, { headers: fresh(ctx.version, ctx.now) });
}

function project(_: Own, { query }: { query: UsageQuery }) {
  return { projectId: query.project_id };
}

async function ofProject(ctx: Own, _: object, { query }: { query: UsageQuery }) {
  const used = await usedBy(ctx.db, query.project_id, query.user_id);
  const usages = atLeast(ctx.version, "1.38") ? await byKind(ctx, query, used) : total(used);
  return reply({ usages }, { headers: fresh(ctx.version, ctx.now) });
}

function total(used: readonly ProjectUsed[]): Record<string, number> {
  const sums: Record<string, number> = {};
  for (const it of used) sums[it.resourceClass] = (sums[it.resourceClass] ?? 0) + it.used;
  return sums;
}

async function byKind(
  ctx: Own,
  { project_id, user_id, consumer_type: only }: UsageQuery,
  used: readonly ProjectUsed[],
) {
  const counts = (await consumersBy(ctx.db, project_id, user_id)).map((it) => ({
    ...it,
    kind: it.kind ?? unknownKind,
  }));
  const all = used.map((it) => ({ ...it, kind: it.kind ?? unknownKind }));
  if (only === "all") return { all: { ...total(all), consumer_count: counts.reduce((sum, it) => sum + it.count, 0) } };
  return Object.fromEntries(
    counts
      .filter(({ kind }) => !only || kind === only)
      .map(({ kind, count }) => [kind, { ...total(all.filter((it) => it.kind === kind)), consumer_count: count }]),
  );
}
