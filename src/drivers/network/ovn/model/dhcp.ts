import type { NetworkSpec, SubnetSpec } from "#services/network/driver.ts";
import { isInside } from "./addresses.ts";

const metadataRoute = "169.254.169.254/32";
const leaseSeconds = 43_200;

/** What OVN answers to a guest's DHCP question. */
export function dhcpOptions(network: NetworkSpec, subnet: SubnetSpec, serverMac: string) {
  return subnet.version === 4 ? version4(network, subnet, serverMac) : version6(subnet, serverMac);
}

function version4({ mtu, metadata }: NetworkSpec, subnet: SubnetSpec, serverMac: string) {
  const metadataIp = metadata?.cidrs.map(address).find((ip) => isInside(ip, subnet.cidr));
  const routes = staticRoutes(subnet, metadataIp);
  return {
    server_id: subnet.gatewayIp ?? metadataIp ?? "169.254.0.1",
    server_mac: serverMac,
    lease_time: String(leaseSeconds),
    mtu: String(mtu),
    router: subnet.gatewayIp,
    dns_server: list(subnet.dns),
    classless_static_route: routes.length ? `{${routes.join(", ")}}` : null,
  };
}

const address = (cidr: string) => cidr.split("/")[0]!;
const list = (all: readonly string[]) => (all.length ? `{${all.join(", ")}}` : null);

/** A client that is given this option ignores the router option (RFC 3442), so the default route has to be in it too. */
function staticRoutes({ hostRoutes, gatewayIp }: SubnetSpec, metadataIp: string | undefined): readonly string[] {
  const routes = hostRoutes.map(({ destination, nexthop }) => `${destination},${nexthop}`);
  const told = hostRoutes.some(({ destination }) => destination === metadataRoute);
  if (metadataIp && !told) routes.unshift(`${metadataRoute},${metadataIp}`);
  const goesOut = hostRoutes.some(({ destination }) => destination === "0.0.0.0/0");
  return routes.length && gatewayIp && !goesOut ? [...routes, `0.0.0.0/0,${gatewayIp}`] : routes;
}

function version6({ dns }: SubnetSpec, serverMac: string) {
  return { server_id: serverMac, dns_server: list(dns) };
}
