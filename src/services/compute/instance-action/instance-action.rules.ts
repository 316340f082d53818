import { rules } from "#platform/api/rules.ts";

const reader = "rule:project_reader_or_admin";
const admin = "rule:admin_api";

export const actionRules = rules("os_compute_api:os-instance-actions", {
  list: [reader, "List what was done with a server."],
  show: [reader, "Show one thing that was done with a server."],
  events: [admin, "See the steps of what was done with a server."],
  "events:details": [admin, "See why a step failed, and on which host it was."],
});
