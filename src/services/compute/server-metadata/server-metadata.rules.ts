import { rules } from "#platform/api/rules.ts";

const reader = "rule:project_reader_or_admin";
const member = "rule:project_member_or_admin";

export const metadataRules = rules("os_compute_api:server-metadata", {
  index: [reader, "List the metadata of a server."],
  show: [reader, "Show one metadata item of a server."],
  create: [member, "Add and change metadata of a server."],
  update_all: [member, "Replace the metadata of a server."],
  update: [member, "Add or change one metadata item of a server."],
  delete: [member, "Remove one metadata item of a server."],
});
