import { rules } from "#platform/api/rules.ts";

const admin = "rule:admin_api";

export const aggregateRules = rules("os_compute_api:os-aggregates", {
  index: [admin, "List host aggregates."],
  show: [admin, "Show one host aggregate."],
  create: [admin, "Create a host aggregate."],
  update: [admin, "Change the name or zone of a host aggregate."],
  delete: [admin, "Delete a host aggregate."],
  add_host: [admin, "Add a host to an aggregate."],
  remove_host: [admin, "Remove a host from an aggregate."],
  set_metadata: [admin, "Change the metadata of a host aggregate."],
});
