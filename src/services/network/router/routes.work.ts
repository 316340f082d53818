import type { Tx } from "#platform/service/kit.ts";
import type { NetworkScope } from "../kit.ts";
import { listAddressesOf } from "../port/address.store.ts";
import { listInterfaces } from "../port/port.store.ts";
import { wrong } from "../refusals.ts";
import { spell } from "../resource/attribute.ts";
import { contains } from "../resource/ip.ts";
import { listSubnetsById } from "../subnet/subnet.store.ts";
import type { HostRoute } from "../subnet/subnet.ts";
import type { Router } from "./router.ts";

type Work = Tx<NetworkScope>;

/** Refuses routes whose next hop the router cannot reach, or is itself. */
export async function checkRoutes(tx: Work, it: Router, routes: readonly HostRoute[]): Promise<void> {
  if (routes.length === 0) return;
  const { cidrs, ips } = await reachOf(tx, it);
  for (const { nexthop } of routes) {
    if (!cidrs.some((cidr) => contains(cidr, nexthop))) throw bad(routes, "the nexthop is not connected with router");
    if (ips.includes(nexthop)) throw bad(routes, "the nexthop is used by router");
  }
}
export async function reachOf(tx: Work, { id, gatewayPortId }: Router) {
  const legs = (await listInterfaces(tx.db, id)).map((port) => port.id);
  const addresses = await listAddressesOf(tx.db, gatewayPortId ? [...legs, gatewayPortId] : legs);
  const subnets = await listSubnetsById(
    tx.db,
    addresses.map((a) => a.subnetId),
  );
  return { cidrs: subnets.map((s) => s.cidr), ips: addresses.map((a) => a.ip) };
}
const bad = (routes: readonly HostRoute[], why: string) =>
  wrong.with("InvalidRoutes", `Invalid format for routes: ${spell(routes)}, ${why}`);
