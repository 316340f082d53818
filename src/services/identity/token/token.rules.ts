import { anyToken, open, rules } from "#platform/api/rules.ts";

const subject = "user_id:%(target.token.user_id)s";
const reader = "rule:admin_required or (role:reader and system_scope:all)";

export const tokenRules = {
  ...rules("identity", {
    validate_token: [`${reader} or role:service or ${subject}`, "Show what a token says."],
    check_token: [`${reader} or ${subject}`, "Say whether a token is valid."],
    list_revoke_events: ["rule:admin_required or role:service", "List what was taken back."],
    revoke_token: [`rule:admin_required or ${subject}`, "Take a token back."],
  }),
  issue: open("Ask for a token."),
  mine: anyToken("See where one's own token may lead."),
};
