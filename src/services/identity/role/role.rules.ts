import { rules } from "#platform/api/rules.ts";

const system = "rule:admin_required or (role:reader and system_scope:all)";
const reader = system;

export const roleRules = rules("identity", {
  get_role: [reader, "Show one role."],
  list_roles: [reader, "List roles."],
  create_role: ["rule:admin_required", "Create a role."],
  update_role: ["rule:admin_required", "Change a role."],
  delete_role: ["rule:admin_required", "Delete a role."],
  list_implied_roles: [system, "List what a role implies."],
  get_implied_role: [system, "Show that a role implies another one."],
  check_implied_role: [system, "Say whether a role implies another one."],
  list_role_inference_rules: [system, "List which roles imply which."],
  create_implied_role: ["rule:admin_required", "Let a role imply another one."],
  delete_implied_role: ["rule:admin_required", "Let a role no longer imply another one."],
});
