import { toSeconds } from "../resource/resource.ts";
import type { SecurityGroup } from "./security-group.ts";

/** A security group as the API shows it, with its rules' views. */
export function securityGroupView(it: SecurityGroup, rules: readonly object[]) {
  return {
    id: it.id,
    name: it.name,
    stateful: it.stateful,
    tenant_id: it.projectId,
    project_id: it.projectId,
    description: it.description,
    shared: false,
    is_default: it.isDefault,
    security_group_rules: rules,
    tags: it.tags,
    created_at: toSeconds(it.createdAt),
    updated_at: toSeconds(it.updatedAt),
    revision_number: it.revision,
  };
}
