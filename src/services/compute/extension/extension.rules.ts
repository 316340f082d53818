import { rules } from "#platform/api/rules.ts";

export const extensionRules = rules("os_compute_api", {
  extensions: ["@", "List and show the parts of the API that once were optional."],
});
