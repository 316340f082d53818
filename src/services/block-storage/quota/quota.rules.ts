import { rules } from "#platform/api/rules.ts";

const reader = "rule:project_reader_or_admin";
const admin = "rule:admin_api";

export const quotaRules = rules("volume_extension:quotas", {
  show: [reader, "Show project quota (including usage and default)."],
  update: [admin, "Update quota for a project."],
  delete: [admin, "Delete quota for a project."],
});

export const quotaClassRules = rules("volume_extension:quota_classes", {
  get: [admin, "Show project quota class."],
  update: [admin, "Update project quota class."],
});

export const limitRules = rules("limits_extension", {
  used_limits: [reader, "Show limits with used limit attributes."],
});
