import { rules } from "#platform/api/rules.ts";
import { outsideDomains } from "../scope.rules.ts";

const admin = outsideDomains("rule:admin_required");
const system = outsideDomains("rule:admin_required or (role:reader and system_scope:all)");
const reader = system;

export const roleRules = rules("identity", {
  get_role: [reader, "Show one role."],
  list_roles: [reader, "List roles."],
  create_role: [admin, "Create a role."],
  update_role: [admin, "Change a role."],
  delete_role: [admin, "Delete a role."],
  list_implied_roles: [system, "List what a role implies."],
  get_implied_role: [system, "Show that a role implies another one."],
  check_implied_role: [system, "Say whether a role implies another one."],
  list_role_inference_rules: [system, "List which roles imply which."],
  create_implied_role: [admin, "Let a role imply another one."],
  delete_implied_role: [admin, "Let a role no longer imply another one."],
});
