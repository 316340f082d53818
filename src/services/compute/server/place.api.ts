import { badRequest, forbidden } from "#platform/api/errors.ts";
import type { Rule } from "#platform/api/rules.ts";
import type { Ctx } from "#platform/service/kit.ts";
import { findHost, listHosts } from "../host/host.store.ts";
import type { Compute } from "../kit.ts";
import { joinable } from "../server-group/join.api.ts";
import type { AskedServer } from "./asked.ts";
import type { WantedPlace } from "./draft.ts";
import { placeRules, serverRules } from "./server.rules.ts";

/** Reads zone, host and group out of the request, or refuses them with Nova's sentences. */
export async function placeOf(
  ctx: Ctx<Compute>,
  asked: AskedServer,
  hints: Readonly<Record<string, unknown>>,
  count: number,
): Promise<WantedPlace> {
  const [zone = "", ...forced] = (asked.availability_zone ?? "").split(":");
  const wanted = asked.host ?? asked.hypervisor_hostname;
  const host = forced.findLast((it) => it !== "") ?? null;
  if (host !== null) await refuseHost(ctx, host, serverRules["create:forced_host"]);
  if (wanted !== undefined) await refuseHost(ctx, wanted, placeRules.requested_destination);
  if (host !== null && wanted !== undefined)
    throw badRequest("Specifying a host in the availability zone and a host are mutually exclusive.");
  if (zone !== "") await refuseZone(ctx, zone);
  return { zone: zone || null, host: host ?? wanted ?? null, groupId: await groupOf(ctx, hints, count) };
}

async function refuseHost(ctx: Ctx<Compute>, host: string, rule: Rule) {
  if (!ctx.may(rule, { projectId: ctx.actor.projectId }))
    throw forbidden(`Policy doesn't allow ${rule.name} to be performed.`);
  if (!(await findHost(ctx.db, host))) throw badRequest(`Compute host ${host} could not be found.`);
}

async function refuseZone(ctx: Ctx<Compute>, zone: string) {
  const hosts = await listHosts(ctx.db);
  if (!hosts.some((it) => it.zone === zone)) throw badRequest("The requested availability zone is not available");
}

async function groupOf(
  ctx: Ctx<Compute>,
  { group: id }: Readonly<Record<string, unknown>>,
  count: number,
): Promise<string | null> {
  return typeof id === "string" ? joinable(ctx, id, count) : null;
}
