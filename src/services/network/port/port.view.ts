import { toSeconds } from "../resource/resource.ts";
import type { Address, Port } from "./port.ts";

/** A port as the API shows it; where it is bound is for administrators. */
export function portView(it: Port, addresses: readonly Address[], groupIds: readonly string[], withBinding: boolean) {
  return {
    id: it.id,
    name: it.name,
    network_id: it.networkId,
    tenant_id: it.projectId,
    project_id: it.projectId,
    mac_address: it.macAddress,
    admin_state_up: it.adminStateUp,
    status: it.status,
    device_id: it.deviceId,
    device_owner: it.deviceOwner,
    fixed_ips: addresses.map(({ subnetId, ip }) => ({ subnet_id: subnetId, ip_address: ip })),
    security_groups: groupIds,
    allowed_address_pairs: it.allowedAddressPairs,
    port_security_enabled: it.portSecurityEnabled,
    extra_dhcp_opts: it.extraDhcpOpts,
    description: it.description,
    qos_policy_id: null,
    qos_network_policy_id: null,
    resource_request: null,
    "binding:vnic_type": it.vnicType,
    ...(withBinding && {
      "binding:host_id": it.host,
      "binding:profile": it.bindingProfile,
      "binding:vif_type": it.host ? "ovs" : "unbound",
      "binding:vif_details": it.host ? { port_filter: true, connectivity: "l2", bound_drivers: { "0": "ovn" } } : {},
    }),
    tags: it.tags,
    created_at: toSeconds(it.createdAt),
    updated_at: toSeconds(it.updatedAt),
    revision_number: it.revision,
  };
}
