import type { Port } from "../port/port.ts";
import { toSeconds } from "../resource/resource.ts";
import type { FloatingIp } from "./floating-ip.ts";

/** A floating address as the API shows it. */
export function floatingIpView(it: FloatingIp, port: Port | undefined) {
  return {
    id: it.id,
    tenant_id: it.projectId,
    project_id: it.projectId,
    floating_ip_address: it.floatingIpAddress,
    floating_network_id: it.floatingNetworkId,
    router_id: it.routerId,
    port_id: it.portId,
    fixed_ip_address: it.fixedIpAddress,
    status: it.status,
    description: it.description,
    dns_name: it.dnsName,
    dns_domain: it.dnsDomain,
    qos_policy_id: null,
    qos_network_policy_id: null,
    port_details: port ? detailsOf(port) : null,
    tags: it.tags,
    created_at: toSeconds(it.createdAt),
    updated_at: toSeconds(it.updatedAt),
    revision_number: it.revision,
  };
}
function detailsOf(port: Port) {
  return {
    name: port.name,
    network_id: port.networkId,
    mac_address: port.macAddress,
    admin_state_up: port.adminStateUp,
    status: port.status,
    device_id: port.deviceId,
    device_owner: port.deviceOwner,
  };
}
