import { toSeconds } from "../resource/resource.ts";
import type { NetworkRow } from "./network.ts";

/** A network as the API shows it; how it is provided is for administrators. */
export function networkView(it: NetworkRow, subnetIds: readonly string[], withProvider: boolean) {
  return {
    id: it.id,
    name: it.name,
    tenant_id: it.projectId,
    project_id: it.projectId,
    admin_state_up: it.adminStateUp,
    status: "ACTIVE",
    shared: it.shared,
    subnets: subnetIds,
    availability_zone_hints: it.availabilityZoneHints,
    availability_zones: ["nova"],
    ipv4_address_scope: null,
    ipv6_address_scope: null,
    "router:external": it.external,
    ...(it.external && { is_default: it.isDefault }),
    mtu: it.mtu,
    port_security_enabled: it.portSecurityEnabled,
    description: it.description,
    dns_domain: it.dnsDomain,
    qos_policy_id: null,
    l2_adjacency: true,
    ...(withProvider && {
      "provider:network_type": it.networkType,
      "provider:physical_network": it.physicalNetwork,
      "provider:segmentation_id": it.segmentationId,
    }),
    tags: it.tags,
    created_at: toSeconds(it.createdAt),
    updated_at: toSeconds(it.updatedAt),
    revision_number: it.revision,
  };
}
