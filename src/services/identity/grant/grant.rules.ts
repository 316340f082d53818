import { rules } from "#platform/api/rules.ts";

const system = "rule:admin_required or (role:reader and system_scope:all)";
const domain = "domain_id:%(domain_id)s";
const reader = `${system} or (role:reader and ${domain})`;
const writer = "rule:admin_required";

export const grantRules = rules("identity", {
  list_grants: [reader, "List the roles that a user or group was given."],
  check_grant: [reader, "Say whether a user or group was given a role."],
  create_grant: [writer, "Give a role to a user or group."],
  revoke_grant: [writer, "Take a role from a user or group."],
  list_system_grants_for_user: [system, "List the roles that a user has on the system."],
  check_system_grant_for_user: [system, "Say whether a user has a role on the system."],
  create_system_grant_for_user: ["rule:admin_required", "Give a user a role on the system."],
  revoke_system_grant_for_user: ["rule:admin_required", "Take a role on the system from a user."],
  list_system_grants_for_group: [system, "List the roles that a group has on the system."],
  check_system_grant_for_group: [system, "Say whether a group has a role on the system."],
  create_system_grant_for_group: ["rule:admin_required", "Give a group a role on the system."],
  revoke_system_grant_for_group: ["rule:admin_required", "Take a role on the system from a group."],
  list_role_assignments: [`${system} or (role:reader and ${domain})`, "List who has which role where."],
});
