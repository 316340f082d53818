import { rules } from "#platform/api/rules.ts";

const reader = "rule:project_reader_or_admin";
const member = "rule:project_member_or_admin";

export const groupRules = rules("os_compute_api:os-server-groups", {
  create: [member, "Create a server group."],
  delete: [member, "Delete a server group."],
  index: [reader, "List server groups."],
  "index:all_projects": ["rule:admin_api", "List the server groups of all projects."],
  show: [reader, "Show one server group."],
});
