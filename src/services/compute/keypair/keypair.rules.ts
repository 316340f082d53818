import { rules } from "#platform/api/rules.ts";

const ownOrAdmin = "rule:admin_api or rule:owner";

export const keypairRules = rules("os_compute_api:os-keypairs", {
  index: [ownOrAdmin, "List a user's keypairs."],
  show: [ownOrAdmin, "Show one keypair."],
  create: [ownOrAdmin, "Import or generate a keypair."],
  delete: [ownOrAdmin, "Delete a keypair."],
});
