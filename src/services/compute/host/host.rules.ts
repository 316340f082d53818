import { rules } from "#platform/api/rules.ts";

const admin = "rule:admin_api";

export const hypervisorRules = rules("os_compute_api:os-hypervisors", {
  list: [admin, "List hypervisors."],
  "list-detail": [admin, "List hypervisors with all that is known of them."],
  show: [admin, "Show one hypervisor."],
  statistics: [admin, "Show what all hypervisors have and carry together."],
  uptime: [admin, "Show since when a hypervisor runs."],
  search: [admin, "Search hypervisors by their name."],
  servers: [admin, "List the servers on hypervisors."],
});
export const serviceRules = rules("os_compute_api:os-services", {
  list: [admin, "List compute services."],
  update: [admin, "Enable, disable or force down a compute service."],
  delete: [admin, "Delete a compute service."],
});
