import type { Quota } from "./limit.ts";

/** A quota's name as its service has it, and what everybody has of it in a new cloud. */
type Entry = readonly [resource: string, amount: number];

/** What services count, by service type and by the names that unified limits have for it. */
export const quotas: Readonly<Record<string, Readonly<Record<string, Entry>>>> = {
  compute: {
    servers: ["instances", 10],
    "class:VCPU": ["cores", 20],
    "class:MEMORY_MB": ["ram", 51_200],
    server_metadata_items: ["metadata_items", 128],
    server_injected_files: ["injected_files", 5],
    server_injected_file_content_bytes: ["injected_file_content_bytes", 10_240],
    server_injected_file_path_bytes: ["injected_file_path_bytes", 255],
    server_key_pairs: ["key_pairs", 100],
    server_groups: ["server_groups", 10],
    server_group_members: ["server_group_members", 10],
  },
  image: {
    image_size_total: ["image_size_total", -1],
    image_stage_total: ["image_stage_total", -1],
    image_count_total: ["image_count_total", -1],
    image_count_uploading: ["image_count_uploading", -1],
  },
  artifact: {
    max_artifact_number: ["max_artifact_number", -1],
    max_uploaded_data: ["max_uploaded_data", -1],
  },
  "container-registry": {
    registry_size_total: ["registry_size_total", -1],
  },
  network: {
    network: ["network", 100],
    subnet: ["subnet", 100],
    port: ["port", 500],
    router: ["router", 10],
    floatingip: ["floatingip", 50],
    security_group: ["security_group", 10],
    security_group_rule: ["security_group_rule", 100],
  },
  "block-storage": {
    volumes: ["volumes", 10],
    snapshots: ["snapshots", 10],
    gigabytes: ["gigabytes", 1000],
    per_volume_gigabytes: ["per_volume_gigabytes", -1],
    backups: ["backups", 10],
    backup_gigabytes: ["backup_gigabytes", 1000],
    groups: ["groups", 10],
  },
};

/** The quota that a service of this type has under this name; one that is not listed above keeps its name. */
export function quotaNamed(type: string, name: string): Quota {
  return { service: type, resource: quotas[type]?.[name]?.[0] ?? name };
}
