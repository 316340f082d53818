/** What lists may be filtered by, as GET /resource_filters says it. */
export const filters = [
  {
    resource: "volume",
    filters: [
      ...["name", "status", "metadata", "bootable", "migration_status", "availability_zone", "group_id", "size"],
      ...["created_at", "updated_at", "glance_metadata", "consumes_quota"],
    ],
  },
  { resource: "snapshot", filters: ["name", "status", "volume_id", "metadata", "consumes_quota"] },
  { resource: "attachment", filters: ["volume_id", "status", "instance_id", "attach_status"] },
  { resource: "volume_type", filters: ["is_public", "extra_specs"] },
  { resource: "pool", filters: [] },
];
