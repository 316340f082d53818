import type { Address, Port } from "../port/port.ts";
import { toSeconds } from "../resource/resource.ts";
import type { Router } from "./router.ts";

/** A router as the API shows it. */
export function routerView(it: Router, gateway: Port | undefined, addresses: readonly Address[]) {
  return {
    id: it.id,
    name: it.name,
    tenant_id: it.projectId,
    project_id: it.projectId,
    description: it.description,
    admin_state_up: it.adminStateUp,
    status: "ACTIVE",
    external_gateway_info: gateway ? gatewayView(it, gateway, addresses) : null,
    routes: it.routes,
    availability_zone_hints: it.availabilityZoneHints,
    availability_zones: ["nova"],
    flavor_id: null,
    tags: it.tags,
    created_at: toSeconds(it.createdAt),
    updated_at: toSeconds(it.updatedAt),
    revision_number: it.revision,
  };
}
function gatewayView({ enableSnat }: Router, { networkId }: Port, addresses: readonly Address[]) {
  return {
    network_id: networkId,
    enable_snat: enableSnat,
    external_fixed_ips: addresses.map(({ subnetId, ip }) => ({ subnet_id: subnetId, ip_address: ip })),
  };
}
