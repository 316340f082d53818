import { rules } from "#platform/api/rules.ts";
import { inProjects, outsideDomains } from "../scope.rules.ts";

const reader = "rule:admin_required or (role:reader and system_scope:all)";
const self = "user_id:%(target.user.id)s";

export const applicationCredentialRules = rules("identity", {
  get_application_credential: [outsideDomains(`${reader} or rule:owner`), "Show one application credential."],
  list_application_credentials: [outsideDomains(`${reader} or rule:owner`), "List a user's application credentials."],
  create_application_credential: [inProjects("rule:owner"), "Make an application credential for oneself."],
  delete_application_credential: [
    outsideDomains("rule:admin_required or rule:owner"),
    "Delete an application credential.",
  ],
  get_access_rule: [outsideDomains(`(role:reader and system_scope:all) or ${self}`), "Show one access rule."],
  list_access_rules: [outsideDomains(`(role:reader and system_scope:all) or ${self}`), "List a user's access rules."],
  delete_access_rule: [outsideDomains(`(role:admin and system_scope:all) or ${self}`), "Delete an access rule."],
});
