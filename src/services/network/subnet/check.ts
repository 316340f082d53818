import { clash, wrong } from "../refusals.ts";
import { contains, hostRange, prefixOf, rangeOf, toNumber, versionOf, within } from "../resource/ip.ts";
import type { Pool, Subnet } from "./subnet.ts";

type Shape = Pick<
  Subnet,
  | "cidr"
  | "ipVersion"
  | "gatewayIp"
  | "enableDhcp"
  | "allocationPools"
  | "dnsNameservers"
  | "hostRoutes"
  | "ipv6RaMode"
  | "ipv6AddressMode"
>;

/** Refuses a subnet that does not fit together, in Neutron's words. */
export function checkSubnet(it: Shape): void {
  checkVersions(it);
  checkModes(it);
  checkGateway(it);
  checkPools(it);
}

function checkVersions({ cidr, ipVersion, gatewayIp, dnsNameservers, hostRoutes }: Shape): void {
  const must = (name: string, value: string) => {
    if (versionOf(value) !== ipVersion)
      throw wrong.input(`${name} '${value}' does not match the ip_version '${ipVersion}'`);
  };
  must("cidr", cidr);
  if (gatewayIp) must("gateway_ip", gatewayIp);
  for (const ip of dnsNameservers) must("dns_nameserver", ip);
  for (const route of hostRoutes) {
    must("host_routes destination", route.destination);
    must("host_routes nexthop", route.nexthop);
  }
  if (prefixOf(cidr) === 0) throw wrong.input("0 is not allowed as CIDR prefix length");
}

function checkModes({ ipVersion, enableDhcp, ipv6RaMode, ipv6AddressMode, cidr }: Shape): void {
  if (ipv6RaMode === null && ipv6AddressMode === null) return;
  if (ipVersion === 4) throw wrong.input("ipv6_ra_mode or ipv6_address_mode cannot be set when ip_version is set to 4");
  if (!enableDhcp)
    throw wrong.input("ipv6_ra_mode or ipv6_address_mode cannot be set when enable_dhcp is set to False");
  if (ipv6RaMode !== null && ipv6AddressMode !== null && ipv6RaMode !== ipv6AddressMode)
    throw wrong.input(
      `ipv6_ra_mode set to '${ipv6RaMode}' with ipv6_address_mode set to '${ipv6AddressMode}' is not valid. If both attributes are set, they must be the same value`,
    );
  if (ipv6AddressMode !== null && ipv6AddressMode !== "dhcpv6-stateful" && prefixOf(cidr) !== 64)
    throw wrong.input(
      `Invalid CIDR ${cidr} for IPv6 address mode. OpenStack uses the EUI-64 address format, which requires the prefix to be /64`,
    );
}

/** An IPv6 gateway may be a link-local address outside of the subnet. */
function checkGateway({ cidr, gatewayIp }: Shape): void {
  if (!gatewayIp || !contains(cidr, gatewayIp)) return;
  if (!within(hostRange(cidr), toNumber(gatewayIp)) && versionOf(cidr) === 4)
    throw wrong.input("Gateway is not valid on subnet");
}

function checkPools({ cidr, allocationPools, gatewayIp }: Shape): void {
  for (const pool of allocationPools) checkPool(cidr, pool);
  const sorted = [...allocationPools].sort((a, b) => (toNumber(a.start) < toNumber(b.start) ? -1 : 1));
  for (const [i, pool] of sorted.entries()) {
    const next = sorted[i + 1];
    if (next && toNumber(next.start) <= toNumber(pool.end))
      throw clash(
        "OverlappingAllocationPools",
        `Found overlapping allocation pools: ${spelt(pool)} ${spelt(next)} for subnet ${cidr}.`,
      );
  }
  const hit = allocationPools.find(
    (pool) => gatewayIp && versionOf(gatewayIp) === versionOf(cidr) && holds(pool, gatewayIp),
  );
  if (hit)
    throw clash(
      "GatewayConflictWithAllocationPools",
      `Gateway ip ${gatewayIp} conflicts with allocation pool ${spelt(hit)}.`,
    );
}
function checkPool(cidr: string, pool: Pool): void {
  const { start, end } = pool;
  if (versionOf(start) !== versionOf(cidr) || versionOf(end) !== versionOf(cidr) || toNumber(end) < toNumber(start))
    throw wrong.with("InvalidAllocationPool", `The allocation pool ${spelt(pool)} is not valid.`);
  const outer = prefixOf(cidr) >= (versionOf(cidr) === 4 ? 31 : 127) ? rangeOf(cidr) : hostRange(cidr);
  if (!within(outer, toNumber(start)) || !within(outer, toNumber(end)))
    throw wrong.with(
      "OutOfBoundsAllocationPool",
      `The allocation pool ${spelt(pool)} spans beyond the subnet cidr ${cidr}.`,
    );
}
export function holds({ start, end }: Pool, ip: string): boolean {
  return within({ first: toNumber(start), last: toNumber(end) }, toNumber(ip));
}
const spelt = ({ start, end }: Pool) => `${start}-${end}`;
