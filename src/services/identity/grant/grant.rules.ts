import { rules } from "#platform/api/rules.ts";
import { outsideDomains } from "../scope.rules.ts";

const system = "rule:admin_required or (role:reader and system_scope:all)";
const holder = "(domain_id:%(target.user.domain_id)s or domain_id:%(target.group.domain_id)s)";
const place = "(domain_id:%(target.project.domain_id)s or domain_id:%(target.domain.id)s)";
/** Of the whole cloud, or of the domain that one acts in. */
const role = "(domain_id:%(target.role.domain_id)s or None:%(target.role.domain_id)s)";
/** What the manager of a domain may give and take there. */
const managed = "('manager':%(target.role.name)s or 'member':%(target.role.name)s or 'reader':%(target.role.name)s)";

const lister = `${system} or (role:reader and ${holder} and ${place})`;
const reader = `${system} or (role:reader and ${holder} and ${place} and ${role})`;
const writer = `rule:admin_required or (role:manager and ${holder} and ${place} and ${role} and ${managed})`;
/** `tree`: the project that is asked about with all below it. */
const tree = "(role:reader and domain_id:%(target.tree.domain_id)s) or (role:admin and project_id:%(target.tree.id)s)";
const everything = `${system} or (role:reader and domain_id:%(target.domain_id)s) or ${tree}`;

export const grantRules = rules("identity", {
  list_grants: [lister, "List the roles that a user or group was given."],
  check_grant: [reader, "Say whether a user or group was given a role."],
  create_grant: [writer, "Give a role to a user or group."],
  revoke_grant: [writer, "Take a role from a user or group."],
  list_system_grants_for_user: [outsideDomains(system), "List the roles that a user has on the system."],
  check_system_grant_for_user: [outsideDomains(system), "Say whether a user has a role on the system."],
  create_system_grant_for_user: [outsideDomains("rule:admin_required"), "Give a user a role on the system."],
  revoke_system_grant_for_user: [outsideDomains("rule:admin_required"), "Take a role on the system from a user."],
  list_system_grants_for_group: [outsideDomains(system), "List the roles that a group has on the system."],
  check_system_grant_for_group: [outsideDomains(system), "Say whether a group has a role on the system."],
  create_system_grant_for_group: [outsideDomains("rule:admin_required"), "Give a group a role on the system."],
  revoke_system_grant_for_group: [outsideDomains("rule:admin_required"), "Take a role on the system from a group."],
  list_role_assignments: [everything, "List who has which role where."],
});
