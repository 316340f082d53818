import type { Named } from "../resource/resource.ts";

export interface Pool {
  readonly start: string;
  readonly end: string;
}
export interface HostRoute {
  readonly destination: string;
  readonly nexthop: string;
}
export interface Subnet extends Named {
  readonly networkId: string;
  readonly ipVersion: 4 | 6;
  readonly cidr: string;
  readonly gatewayIp: string | null;
  readonly enableDhcp: boolean;
  readonly allocationPools: readonly Pool[];
  readonly dnsNameservers: readonly string[];
  readonly hostRoutes: readonly HostRoute[];
  readonly ipv6RaMode: string | null;
  readonly ipv6AddressMode: string | null;
  readonly serviceTypes: readonly string[];
  readonly dnsPublishFixedIp: boolean;
}

/** Whether addresses on the subnet are made from the port's MAC rather than taken from pools. */
export function isAuto({ ipv6AddressMode }: Subnet): boolean {
  return ipv6AddressMode === "slaac" || ipv6AddressMode === "dhcpv6-stateless";
}
