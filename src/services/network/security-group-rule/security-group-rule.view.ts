import { toSeconds } from "../resource/resource.ts";
import type { SecurityGroupRule } from "./security-group-rule.ts";

/** A rule as the API shows it. */
export function ruleView(it: SecurityGroupRule) {
  return {
    id: it.id,
    tenant_id: it.projectId,
    project_id: it.projectId,
    security_group_id: it.securityGroupId,
    ethertype: it.ethertype,
    direction: it.direction,
    protocol: it.protocol,
    port_range_min: it.portRangeMin,
    port_range_max: it.portRangeMax,
    remote_ip_prefix: it.remoteIpPrefix,
    remote_address_group_id: null,
    remote_group_id: it.remoteGroupId,
    normalized_cidr: it.remoteIpPrefix,
    description: it.description,
    created_at: toSeconds(it.createdAt),
    updated_at: toSeconds(it.updatedAt),
    revision_number: it.revision,
  };
}
