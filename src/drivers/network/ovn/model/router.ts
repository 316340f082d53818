import type { FloatingIpSpec, RouterSpec } from "#services/network/driver.ts";
import { rowId } from "../ids.ts";
import type { Place, Plan, Wish } from "../ovsdb/edit.ts";
import type { Replica } from "../ovsdb/replica.ts";
import { isVersion6, networkOf } from "./addresses.ts";
import { outOfGroups } from "./groups.ts";
import { hasDhcp6, isPhysical, mtuOf } from "./network.ts";
import { exactly, ids, options } from "./owned.ts";
import { switchPorts } from "./places.ts";

type Interface = RouterSpec["interfaces"][number];
type Gateway = NonNullable<RouterSpec["gateway"]>;

/** A router is a logical router; each of its ports is a pair, one end on the router and one on the switch. */
export function routerPlan(replica: Replica, spec: RouterSpec, gatewayHosts: readonly string[]): Plan {
  const { id, gateway } = spec;
  const rows = [
    routerRow(spec),
    ...spec.interfaces.flatMap((each) => pair(id, each, interfaceEnd(replica, spec, each))),
    ...(gateway
      ? [...pair(id, gateway, {}), ...chassisRows(id, gateway, gatewayHosts), ...snatRows(spec, gateway)]
      : []),
    ...routeRows(spec),
  ];
  const legs = gateway ? [...spec.interfaces, gateway] : spec.interfaces;
  const members = legs.flatMap(({ portId }) => outOfGroups(replica, outerOf(portId)));
  return exactly(replica, "router", id, { rows, members });
}

function routerRow({ id, name, enabled }: RouterSpec): Wish {
  const config = { always_learn_from_arp_request: "false", dynamic_neigh_routers: "true" };
  return {
    ...routerOf(id),
    row: { name: id, enabled, options: config, external_ids: ids("router", id, { "crunch:name": name }) },
  };
}

const routerOf = (id: string) => ({ table: "Logical_Router", uuid: rowId(id) });
const inRouter = (id: string, column: string): Place => ({ ...routerOf(id), column });

type Extra = Pick<Wish, "row">["row"];

function pair(routerId: string, { portId, networkId, mac, cidrs }: Interface | Gateway, extra: Extra): readonly Wish[] {
  const external_ids = ids("router", routerId);
  const inner = {
    name: lrpName(portId),
    mac,
    networks: cidrs,
    options: {},
    ipv6_ra_configs: {},
    external_ids,
    ...extra,
  };
  const outer = {
    name: portId,
    type: "router",
    addresses: ["router"],
    options: { "router-port": lrpName(portId), "nat-addresses": "router", "exclude-lb-vips-from-garp": "true" },
    port_security: [],
    dhcpv4_options: null,
    dhcpv6_options: null,
    enabled: true,
    external_ids,
  };
  return [
    { ...lrpOf(portId), row: inner, in: inRouter(routerId, "ports") },
    { ...outerOf(portId), row: outer, in: switchPorts(networkId) },
  ];
}

const lrpName = (portId: string) => `lrp-${portId}`;
const outerOf = (portId: string) => ({ table: "Logical_Switch_Port", uuid: rowId(portId) });
const lrpOf = (portId: string) => ({ table: "Logical_Router_Port", uuid: rowId(portId) });

/** On a physical network the router answers from one place, the one where its gateway is. */
function interfaceEnd(replica: Replica, { gateway }: RouterSpec, { networkId, cidrs }: Interface): Extra {
  const redirected = gateway && isPhysical(replica, networkId);
  const announces = cidrs.some(isVersion6) && hasDhcp6(replica, networkId);
  const announcement = { address_mode: "dhcpv6_stateful", send_periodic: "true", mtu: mtuOf(replica, networkId) };
  return {
    options: options({ "reside-on-redirect-chassis": redirected ? "true" : null }),
    ipv6_ra_configs: announces ? announcement : {},
  };
}

function chassisRows(routerId: string, { portId }: Gateway, hosts: readonly string[]): readonly Wish[] {
  return hosts.map((host, index) => ({
    table: "Gateway_Chassis",
    uuid: rowId(portId, "chassis", host),
    row: {
      name: `${lrpName(portId)}_${host}`,
      chassis_name: host,
      priority: hosts.length - index,
      external_ids: ids("router", routerId),
    },
    in: { ...lrpOf(portId), column: "gateway_chassis" },
  }));
}

/** What comes from inside goes out under the gateway's own address. */
function snatRows({ id, interfaces }: RouterSpec, { snat, cidrs }: Gateway): readonly Wish[] {
  const external = cidrs.find((cidr) => !isVersion6(cidr))?.split("/")[0];
  if (!snat || !external) return [];
  const inside = new Set(interfaces.flatMap((each) => each.cidrs.filter((cidr) => !isVersion6(cidr)).map(networkOf)));
  return [...inside].map((network) => ({
    table: "NAT",
    uuid: rowId(id, "snat", network),
    row: { type: "snat", external_ip: external, logical_ip: network, external_ids: ids("router", id) },
    in: inRouter(id, "nat"),
  }));
}

function routeRows({ id, gateway, routes }: RouterSpec): readonly Wish[] {
  const out = (gateway?.nexthops ?? []).map((nexthop) => ({
    destination: isVersion6(nexthop) ? "::/0" : "0.0.0.0/0",
    nexthop,
    port: lrpName(gateway!.portId),
  }));
  return [...out, ...routes.map((route) => ({ ...route, port: null }))].map(({ destination, nexthop, port }) => ({
    table: "Logical_Router_Static_Route",
    uuid: rowId(id, "route", destination, nexthop),
    row: { ip_prefix: destination, nexthop, output_port: port, external_ids: ids("router", id) },
    in: inRouter(id, "static_routes"),
  }));
}

/** A floating IP is a translation in both directions on its router. */
export function floatingIpPlan(replica: Replica, spec: FloatingIpSpec): Plan {
  const row = {
    type: "dnat_and_snat",
    external_ip: spec.floatingIp,
    logical_ip: spec.fixedIp,
    external_ids: ids("floating-ip", spec.id, { "crunch:port": spec.portId }),
  };
  const nat = { table: "NAT", uuid: rowId(spec.id), row, in: inRouter(spec.routerId, "nat") };
  return exactly(replica, "floating-ip", spec.id, { rows: [nat] });
}
