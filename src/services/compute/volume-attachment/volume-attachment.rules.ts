import { rules } from "#platform/api/rules.ts";

const reader = "rule:project_reader_or_admin";
const member = "rule:project_member_or_admin";

export const attachmentRules = rules("os_compute_api:os-volumes-attachments", {
  index: [reader, "List the volumes of a server."],
  show: [reader, "Show one volume of a server."],
  create: [member, "Attach a volume to a server."],
  update: [member, "Change whether a volume goes with its server."],
  swap: ["rule:admin_api", "Put another volume in the place of an attached one."],
  delete: [member, "Detach a volume from a server."],
});
