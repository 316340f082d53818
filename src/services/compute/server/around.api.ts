import { atLeast } from "#platform/api/versions.ts";
import type { Ctx } from "#platform/service/kit.ts";
import { specRules } from "../flavor/flavor.rules.ts";
import { listHosts } from "../host/host.store.ts";
import { type ComputeHost, hostStatus } from "../host/host.ts";
import type { Compute } from "../kit.ts";
import { volumesOf } from "./disk.store.ts";
import { attributeRules, serverRules as rule } from "./server.rules.ts";
import type { Server } from "./server.ts";
import type { Around, Look } from "./server.view.ts";

/** What this caller may see of each server. */
export function lookOf(ctx: Ctx<Compute>): (it: Server) => Look {
  return (it) => ({
    version: ctx.version,
    url: ctx.url,
    mayAttributes: ctx.may(attributeRules["os-extended-server-attributes"], it),
    mayHostStatus: ctx.may(rule["show:host_status"], it),
    maySpecs: ctx.may(specRules.index, it),
    admin: ctx.actor.roles.includes("admin"),
  });
}

/** What lies around many servers, in one question to each neighbour, and all in one round. */
export async function aroundAll(ctx: Ctx<Compute>, servers: readonly Server[]): Promise<(it: Server) => Around> {
  const ids = servers.map((it) => it.id);
  const [addresses, groups, volumes, shown] = await Promise.all([
    ctx.needs.network.addressesOf(ctx, ids),
    ctx.needs.network.securityGroupsOf(ctx, ids),
    volumesOf(ctx.db, ids),
    hostsShown(ctx, servers),
  ]);
  const hosts = new Map(shown.map((it) => [it.name, it]));
  return (it) => ({
    addresses: addresses.get(it.id) ?? [],
    securityGroups: groups.get(it.id) ?? [],
    volumes: volumes.get(it.id) ?? [],
    hostStatus: statusAt(hosts, it, ctx.now),
  });
}

/** Hosts are asked for where somebody may see their status. */
async function hostsShown(ctx: Ctx<Compute>, servers: readonly Server[]): Promise<ComputeHost[]> {
  if (!atLeast(ctx.version, "2.16")) return [];
  return servers.some((it) => ctx.may(rule["show:host_status"], it)) ? listHosts(ctx.db) : [];
}

export async function around(ctx: Ctx<Compute>, it: Server): Promise<Around> {
  return (await aroundAll(ctx, [it]))(it);
}

function statusAt(hosts: ReadonlyMap<string, ComputeHost>, { host }: Server, now: string): string {
  if (!host) return "";
  const it = hosts.get(host);
  return it ? hostStatus(it, now) : "UNKNOWN";
}
