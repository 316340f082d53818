import type { Ctx } from "#platform/service/kit.ts";
import { listHosts } from "../host/host.store.ts";
import { type ComputeHost, isUp } from "../host/host.ts";
import { type Compute, route } from "../kit.ts";
import { load } from "./server.load.ts";
import { schedulingRules as rule } from "./server.rules.ts";
import type { Server } from "./server.ts";
import { hostId } from "./server.view.ts";

/** An extension of this cloud, unknown to Nova: the kept decision of the scheduler, and why it left the other hosts out. */
export const schedulingRoutes = [
  route({ on: "GET /servers/{id}/scheduling", rule: rule.show, of: load, run: explain }),
];

/** Owners see hosts as the ids that their servers show; administrators see their names too. */
async function explain(ctx: Ctx<Compute>, it: Server) {
  const decision = await ctx.needs.placement.explain(ctx, it.id);
  const admin = ctx.actor.roles.includes("admin");
  const named = (host: string | null) => ({ host_id: hostId(it.projectId, host), ...(admin && { host }) });
  if (!decision) return { scheduling: { decided_at: null, ...named(null), rejected: [] } };
  const { host, at, whyNot } = decision;
  const weighed = new Set([host, ...whyNot.map((one) => one.host)]);
  const others = (await listHosts(ctx.db)).filter(({ name }) => !weighed.has(name));
  const left = others.map((one) => ({ host: one.name, why: leftOut(it, one, ctx.now) }));
  const rejected = [...whyNot, ...left].map((one) => ({ ...named(one.host), reason: one.why }));
  return { scheduling: { decided_at: at, ...named(host), rejected } };
}

/** Why a host was not even weighed. */
function leftOut({ pinnedZone, wantedHost }: Server, host: ComputeHost, now: string): string {
  if (host.disabled) return "is disabled";
  if (!isUp(host, now)) return "is down";
  if (pinnedZone !== null && host.zone !== pinnedZone) return `is in zone ${host.zone}, not in ${pinnedZone}`;
  if (wantedHost !== null && host.name !== wantedHost) return "is not the host that was asked for";
  return "was left out by the server's hints or group";
}
