import { type Server, type ServerState, statusOf } from "./server.ts";

/** Which servers a list is of. What is absent does not matter. */
export interface ServerFilter {
  readonly projectId?: string;
  readonly ids?: readonly string[];
  readonly deleted?: boolean;
  readonly changedSince?: string;
  readonly changedBefore?: string;
  readonly states?: readonly ServerState[];
  readonly tasks?: readonly string[];
  /** PostgreSQL's regular expressions over these columns. */
  readonly like?: Readonly<Partial<Record<"name" | "description" | "hostname", string>>>;
  readonly equal?: Readonly<Partial<Record<EqualColumn, string | number | boolean | null>>>;
  /** Times that are the same to the second. */
  readonly at?: Readonly<Partial<Record<"createdAt" | "launchedAt" | "terminatedAt", string>>>;
  readonly tags?: readonly string[];
  readonly tagsAny?: readonly string[];
  readonly notTags?: readonly string[];
  readonly notTagsAny?: readonly string[];
}

export type EqualColumn = Exclude<
  keyof Server,
  | "bootImage"
  | "imageProperties"
  | "extraSpecs"
  | "fault"
  | "personality"
  | "metadata"
  | "tags"
  | "schedulerHints"
  | "trustedImageCertificates"
>;

/** The columns behind Nova's sort keys; those that tell of hosts are for administrators. */
export const sortColumns: Readonly<Record<string, EqualColumn>> = {
  access_ip_v4: "accessIpV4",
  access_ip_v6: "accessIpV6",
  auto_disk_config: "diskConfig",
  availability_zone: "availabilityZone",
  config_drive: "configDrive",
  created_at: "createdAt",
  display_description: "description",
  display_name: "name",
  hostname: "hostname",
  image_ref: "imageId",
  instance_type_id: "flavorId",
  key_name: "keyName",
  launch_index: "launchIndex",
  launched_at: "launchedAt",
  locked_by: "lockedBy",
  power_state: "power",
  progress: "progress",
  project_id: "projectId",
  root_device_name: "rootDevice",
  task_state: "task",
  terminated_at: "terminatedAt",
  updated_at: "updatedAt",
  user_id: "userId",
  uuid: "id",
  vm_state: "state",
};
export const adminSortColumns: Readonly<Record<string, EqualColumn>> = { host: "host", node: "host" };
/** Keys that Nova takes and by which nothing differs here. */
export const idleSortKeys: readonly string[] = ["kernel_id", "ramdisk_id", "locked"];

/** Nova's words of status, for filters: every one that it has, whether servers here come into it or not. */
export const knownStatuses: Readonly<Record<string, readonly string[]>> = {
  ...Object.fromEntries(Object.entries(statusOf).map(([state, word]) => [word, [state]])),
  REBOOT: ["active"],
  HARD_REBOOT: ["active"],
  ...Object.fromEntries(
    "MIGRATING PASSWORD PAUSED REBUILD RESCUE RESIZE REVERT_RESIZE SHELVED SHELVED_OFFLOADED SOFT_DELETED SUSPENDED VERIFY_RESIZE"
      .split(" ")
      .map((word) => [word, []]),
  ),
};
