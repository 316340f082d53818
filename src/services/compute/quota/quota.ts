import { atLeast, type Version } from "#platform/api/versions.ts";

/** What one project may have where nobody has said anything else: Nova's own defaults. */
export const quotaDefaults = {
  instances: 10,
  cores: 20,
  ram: 51_200,
  metadata_items: 128,
  injected_files: 5,
  injected_file_content_bytes: 10_240,
  injected_file_path_bytes: 255,
  key_pairs: 100,
  server_groups: 10,
  server_group_members: 10,
};
export type QuotaResource = keyof typeof quotaDefaults;
export type Amounts = Readonly<Record<string, number>>;

const injected = ["injected_files", "injected_file_content_bytes", "injected_file_path_bytes"];
/** What the Network API counts, and never this one. */
export const networkResources = ["floating_ips", "fixed_ips", "security_groups", "security_group_rules"];

/** The resources that a version speaks of. */
export function resourcesAt(v: Version): readonly string[] {
  const kept = Object.keys(quotaDefaults).filter((it) => !(atLeast(v, "2.57") && injected.includes(it)));
  return atLeast(v, "2.36") ? kept : [...kept, ...networkResources];
}

/** The same for quota classes: groups came to them late, and what the network counts left late. */
export function classResourcesAt(v: Version): readonly string[] {
  if (atLeast(v, "2.50")) return resourcesAt(v);
  return resourcesAt("2.1").filter((it) => !it.startsWith("server_group"));
}
