import {
  attribute,
  boolean,
  type Check,
  cidr,
  Invalid,
  integer,
  ipAddress,
  isCidr,
  listOf,
  oneOf,
  orNull,
  readOnly,
  shape,
  spell,
  standardAttributes,
  text,
  uuid,
} from "../resource/attribute.ts";
import { networkOf } from "../resource/ip.ts";
import type { HostRoute, Pool } from "./subnet.ts";

export interface NewSubnet {
  readonly name: string;
  readonly description: string;
  readonly network_id: string;
  readonly ip_version: number;
  readonly cidr?: string | null;
  readonly subnetpool_id?: string | null;
  readonly use_default_subnetpool?: boolean;
  readonly prefixlen?: number;
  readonly gateway_ip?: string | null;
  readonly enable_dhcp: boolean;
  readonly allocation_pools?: readonly Pool[] | null;
  readonly dns_nameservers?: readonly string[] | null;
  readonly host_routes?: readonly HostRoute[] | null;
  readonly ipv6_ra_mode?: string | null;
  readonly ipv6_address_mode?: string | null;
  readonly service_types: readonly string[];
  readonly dns_publish_fixed_ip: boolean;
}

const mode = orNull(oneOf(["dhcpv6-stateful", "dhcpv6-stateless", "slaac"]));
const pool = shape({ start: ipAddress, end: ipAddress }, ["start", "end"], "Invalid data format for IP pool:");

export const subnetAttributes = {
  ...standardAttributes,
  name: attribute(text(255), { default: "" }),
  network_id: attribute(uuid, { put: false, required: true }),
  ip_version: attribute(readVersion, { put: false, required: true }),
  cidr: attribute(orNull(cidr), { put: false }),
  subnetpool_id: attribute(orNull(text(255)), { put: false }),
  use_default_subnetpool: attribute(boolean, { put: false }),
  prefixlen: attribute(integer, { put: false }),
  gateway_ip: attribute(orNull(ipAddress)),
  enable_dhcp: attribute(boolean, { default: true }),
  allocation_pools: attribute(orNull(listOf(pool))),
  dns_nameservers: attribute(orNull(nameservers)),
  host_routes: attribute(orNull(hostRoutes)),
  ipv6_ra_mode: attribute(mode, { put: false }),
  ipv6_address_mode: attribute(mode, { put: false }),
  service_types: attribute(listOf(text(255)), { default: [] }),
  dns_publish_fixed_ip: attribute(boolean, { default: false }),
  segment_id: attribute(orNull(uuid)),
  tags: readOnly,
};

function readVersion(value: unknown): unknown {
  return oneOf([4, 6])(integer(value));
}
function nameservers(value: unknown): unknown {
  if (!Array.isArray(value)) throw new Invalid(`Invalid data format for nameserver: '${spell(value)}'`);
  return unique(value.map(nameserver), (one) => `Duplicate nameserver '${one}'`);
}
function nameserver(value: unknown): string {
  try {
    return ipAddress(value) as string;
  } catch {
    throw new Invalid(`'${spell(value)}' is not a valid nameserver. '${spell(value)}' is not a valid IP address`);
  }
}
/** Routes by destination and next hop, each once: of subnets and of routers. */
export function hostRoutes(value: unknown): unknown {
  if (!Array.isArray(value)) throw new Invalid(`Invalid data format for hostroute: '${spell(value)}'`);
  const routes = listOf(shape({ destination, nexthop: ipAddress }, ["destination", "nexthop"], "Invalid hostroute:"))(
    value,
  );
  const seen = (routes as HostRoute[]).map((route) => `${route.destination} ${route.nexthop}`);
  unique(seen, (_, i) => `Duplicate hostroute '${spell((routes as HostRoute[])[i])}'`);
  return routes;
}
function unique<T>(values: readonly T[], sentence: (one: T, i: number) => string): readonly T[] {
  const twice = values.findIndex((value, i) => values.indexOf(value) !== i);
  if (twice >= 0) throw new Invalid(sentence(values[twice]!, twice));
  return values;
}
const destination: Check = (value) => {
  if (typeof value === "string" && isCidr(value)) return networkOf(value);
  throw new Invalid(`'${spell(value)}' is not a valid IP subnet`);
};
