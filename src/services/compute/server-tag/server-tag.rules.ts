import { rules } from "#platform/api/rules.ts";

const reader = "rule:project_reader_or_admin";
const member = "rule:project_member_or_admin";

export const tagRules = rules("os_compute_api:os-server-tags", {
  index: [reader, "List the tags of a server."],
  show: [reader, "See whether a server has a tag."],
  update: [member, "Add a tag to a server."],
  update_all: [member, "Replace the tags of a server."],
  delete: [member, "Remove a tag from a server."],
  delete_all: [member, "Remove all tags from a server."],
});
