import { forbidden } from "#platform/api/errors.ts";
import type { Ctx } from "#platform/service/kit.ts";
import { type Compute, route } from "../kit.ts";
import { limitsOf, usageOf } from "../quota/quota.store.ts";
import { limitsRules as rule } from "./limits.rules.ts";
import { type OfProject, projectQuery } from "./limits.schema.ts";
import { absolute } from "./limits.view.ts";

export const limitsRoutes = [
  route({ on: "GET /limits", rule: rule.limits, query: projectQuery, of: project, run: show }),
];

interface Of {
  readonly projectId: string;
}

/** One's own project, or the one asked for by those who may look at others. */
function project(ctx: Ctx<Compute>, { query }: { query: OfProject }): Of {
  const own = { projectId: ctx.actor.projectId ?? "" };
  if (query.tenant_id === undefined || query.tenant_id === own.projectId) return own;
  const other = { projectId: query.tenant_id };
  if (!ctx.may(rule.other_project, other))
    throw forbidden(`Policy doesn't allow ${rule.other_project.name} to be performed.`);
  return other;
}

async function show(ctx: Ctx<Compute>, { projectId }: Of) {
  const [limits, used] = [await limitsOf(ctx, projectId), await usageOf(ctx, projectId)];
  return { limits: { rate: [], absolute: absolute(limits, used, ctx.version) } };
}
