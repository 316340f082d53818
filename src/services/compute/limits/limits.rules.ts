import { rules } from "#platform/api/rules.ts";

export const limitsRules = {
  ...rules("os_compute_api", { limits: ["@", "Show the limits of one's own project."] }),
  ...rules("os_compute_api:limits", { other_project: ["rule:admin_api", "Show the limits of another project."] }),
};
