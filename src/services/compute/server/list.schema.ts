import { Type } from "typebox";
import { shapes } from "#platform/api/versions.ts";

/** The query of a list of servers, as it arrives. */
export type ListQuery = Readonly<Record<string, string | readonly string[] | undefined>>;

const columns =
  "user_id project_id tenant_id launch_index image_ref image kernel_id ramdisk_id hostname key_name power_state vm_state " +
  "task_state host node flavor reservation_id launched_at terminated_at availability_zone name display_name description " +
  "display_description locked_by uuid root_device_name config_drive access_ip_v4 access_ip_v6 auto_disk_config progress " +
  "all_tenants soft_deleted deleted status changes-since ip ip6 created_at block_device_mapping services metadata " +
  "system_metadata info_cache security_groups pci_devices";

const once = Type.Union([Type.String(), Type.Array(Type.String())]);
const limit = Type.Union([Type.String({ pattern: "^[0-9]*$" }), Type.Array(Type.String({ pattern: "^[0-9]*$" }))]);
const sortDir = Type.Union([Type.String(), Type.Array(Type.String())]);

const first = {
  ...fields(columns),
  limit: Type.Optional(limit),
  marker: Type.Optional(once),
  sort_key: Type.Optional(once),
  sort_dir: Type.Optional(sortDir),
};
const tagged = { ...first, ...fields("tags tags-any not-tags not-tags-any") };
const before = { ...tagged, ...fields("changes-before") };
const locked = { ...before, ...fields("locked") };

export const listQuery = shapes<ListQuery>({
  "2.1": Type.Object(first, { additionalProperties: true }),
  "2.26": Type.Object(tagged, { additionalProperties: true }),
  "2.66": Type.Object(before, { additionalProperties: true }),
  "2.73": Type.Object(locked, { additionalProperties: true }),
  "2.75": Type.Object(locked, { additionalProperties: false }),
});

function fields(names: string) {
  return Object.fromEntries(names.split(" ").map((it) => [it, Type.Optional(once)]));
}
