import { open, rules } from "#platform/api/rules.ts";

const system = "rule:admin_required or (role:reader and system_scope:all)";
const own = "(role:reader and domain_id:%(target.user.domain_id)s) or user_id:%(target.user.id)s";
const writer = "rule:admin_required or (role:manager and domain_id:%(target.user.domain_id)s)";

export const userRules = {
  ...rules("identity", {
    get_user: [`${system} or ${own}`, "Show one user."],
    list_users: [`${system} or (role:reader and domain_id:%(target.domain_id)s)`, "List users."],
    create_user: [writer, "Create a user."],
    update_user: [writer, "Change a user."],
    delete_user: [writer, "Delete a user."],
  }),
  /** Keystone asks for no token here: an expired password could not be changed otherwise. */
  password: open("Change one's own password, by giving the present one."),
};
