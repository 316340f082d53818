import { rules } from "#platform/api/rules.ts";

const system = "rule:admin_required or (role:reader and system_scope:all)";
const reader = `${system} or (role:reader and domain_id:%(target.group.domain_id)s)`;
const both = "(role:reader and domain_id:%(target.group.domain_id)s and domain_id:%(target.user.domain_id)s)";
const bothWriter =
  "rule:admin_required or (role:manager and domain_id:%(target.group.domain_id)s and domain_id:%(target.user.domain_id)s)";
const writer = "rule:admin_required or (role:manager and domain_id:%(target.group.domain_id)s)";

export const groupRules = rules("identity", {
  get_group: [reader, "Show one group."],
  list_groups: [reader, "List groups."],
  list_groups_for_user: [
    `${system} or (role:reader and domain_id:%(target.user.domain_id)s) or user_id:%(target.user.id)s`,
    "List the groups of a user.",
  ],
  create_group: [writer, "Create a group."],
  update_group: [writer, "Change a group."],
  delete_group: [writer, "Delete a group."],
  list_users_in_group: [reader, "List the members of a group."],
  check_user_in_group: [`${system} or ${both}`, "Say whether a user is a member of a group."],
  add_user_to_group: [bothWriter, "Make a user a member of a group."],
  remove_user_from_group: [bothWriter, "End a membership."],
});
