import { rules } from "#platform/api/rules.ts";

export const zoneRules = rules("os_compute_api:os-availability-zone", {
  list: ["rule:project_reader_or_admin", "List the availability zones."],
  detail: ["rule:admin_api", "List the availability zones with their hosts."],
});
