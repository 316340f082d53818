import { atLeast, type Version } from "#platform/api/versions.ts";
import type { Amounts } from "../quota/quota.ts";

/** A project's limits and what it uses of them, in the words of old. */
export function absolute(limits: Amounts, used: Amounts, v: Version) {
  return {
    maxServerMeta: limits.metadata_items,
    ...(!atLeast(v, "2.39") && { maxImageMeta: limits.metadata_items }),
    ...(!atLeast(v, "2.57") && {
      maxPersonality: limits.injected_files,
      maxPersonalitySize: limits.injected_file_content_bytes,
    }),
    maxTotalInstances: limits.instances,
    maxTotalCores: limits.cores,
    maxTotalRAMSize: limits.ram,
    maxTotalKeypairs: limits.key_pairs,
    maxServerGroups: limits.server_groups,
    maxServerGroupMembers: limits.server_group_members,
    totalInstancesUsed: used.instances,
    totalCoresUsed: used.cores,
    totalRAMUsed: used.ram,
    totalServerGroupsUsed: used.server_groups,
    ...(!atLeast(v, "2.36") && ofNetwork),
  };
}

/** The Network API counts these; here they have no limit. */
const ofNetwork = {
  maxSecurityGroups: -1,
  maxSecurityGroupRules: -1,
  maxTotalFloatingIps: -1,
  totalSecurityGroupsUsed: 0,
  totalFloatingIpsUsed: 0,
};
