import { rules } from "#platform/api/rules.ts";

const reader = "rule:project_reader_or_admin";
const member = "rule:project_member_or_admin";

export const interfaceRules = rules("os_compute_api:os-attach-interfaces", {
  list: [reader, "List the ports of a server."],
  show: [reader, "Show one port of a server."],
  create: [member, "Attach a port to a server."],
  delete: [member, "Detach a port from a server."],
});
