import { toSeconds } from "../resource/resource.ts";
import type { Subnet } from "./subnet.ts";

/** A subnet as the API shows it. */
export function subnetView(it: Subnet, external: boolean) {
  return {
    id: it.id,
    name: it.name,
    tenant_id: it.projectId,
    project_id: it.projectId,
    network_id: it.networkId,
    ip_version: it.ipVersion,
    subnetpool_id: null,
    enable_dhcp: it.enableDhcp,
    ipv6_ra_mode: it.ipv6RaMode,
    ipv6_address_mode: it.ipv6AddressMode,
    gateway_ip: it.gatewayIp,
    cidr: it.cidr,
    allocation_pools: it.allocationPools,
    host_routes: it.hostRoutes,
    dns_nameservers: it.dnsNameservers,
    description: it.description,
    "router:external": external,
    service_types: it.serviceTypes,
    dns_publish_fixed_ip: it.dnsPublishFixedIp,
    segment_id: null,
    tags: it.tags,
    created_at: toSeconds(it.createdAt),
    updated_at: toSeconds(it.updatedAt),
    revision_number: it.revision,
  };
}
