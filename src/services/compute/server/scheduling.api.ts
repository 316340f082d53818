import type { Ctx } from "#platform/service/kit.ts";
import { type Compute, route } from "../kit.ts";
import { load } from "./server.load.ts";
import { schedulingRules as rule } from "./server.rules.ts";
import type { Server } from "./server.ts";
import { hostId } from "./server.view.ts";

/** An extension of this cloud, unknown to Nova: the kept decision of the scheduler. */
export const schedulingRoutes = [
  route({ on: "GET /servers/{id}/scheduling", rule: rule.show, of: load, run: explain }),
];

/** Owners see hosts as the ids that their servers show; administrators see their names too. */
async function explain(ctx: Ctx<Compute>, it: Server) {
  const decision = await ctx.needs.placement.explain(ctx, it.id);
  const admin = ctx.actor.roles.includes("admin");
  const named = (host: string | null) => ({ host_id: hostId(it.projectId, host), ...(admin && { host }) });
  if (!decision) return { scheduling: { decided_at: null, ...named(null), rejected: [] } };
  const rejected = decision.whyNot.map(({ host, why }) => ({ ...named(host), reason: why }));
  return { scheduling: { decided_at: decision.at, ...named(decision.host), rejected } };
}
