import { atLeast, type Version } from "#platform/api/versions.ts";
import type { Nic } from "#services/network/index.ts";

export function shown(it: Nic, v: Version) {
  return {
    net_id: it.networkId,
    port_id: it.portId,
    mac_addr: it.mac,
    port_state: it.status,
    fixed_ips: it.ips.map(({ subnetId, ip }) => ({ subnet_id: subnetId, ip_address: ip })),
    ...(atLeast(v, "2.70") && { tag: it.tag }),
  };
}
