import { rules } from "#platform/api/rules.ts";

export const usageRules = rules("os_compute_api:os-simple-tenant-usage", {
  list: ["rule:admin_api", "List what the servers of all projects used."],
  show: ["rule:project_reader_or_admin", "Show what the servers of a project used."],
});
