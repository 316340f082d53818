import { rules } from "#platform/api/rules.ts";

const admin = "rule:admin_api";
const reader = "rule:project_reader_or_admin";

export const quotaRules = rules("os_compute_api:os-quota-sets", {
  show: [reader, "Show the quotas of a project."],
  detail: [reader, "Show the quotas of a project with what is used."],
  defaults: ["@", "Show the quotas that a project has if nothing else was said."],
  update: [admin, "Change the quotas of a project."],
  delete: [admin, "Give a project the default quotas again."],
});
export const classRules = rules("os_compute_api:os-quota-class-sets", {
  show: [admin, "Show the quotas of a class."],
  update: [admin, "Change the quotas of a class."],
});
