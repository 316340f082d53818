import { anyToken, rules } from "#platform/api/rules.ts";
import { inProjects, outsideDomains } from "../scope.rules.ts";

const reader = "rule:admin_required or (role:reader and system_scope:all)";
const trustor = "user_id:%(target.trust.trustor_user_id)s";
const trustee = "user_id:%(target.trust.trustee_user_id)s";
const party = `${reader} or ${trustor} or ${trustee}`;

export const trustRules = {
  ...rules("identity", {
    create_trust: [inProjects(trustor), "Trust somebody."],
    list_trusts: [outsideDomains(reader), "List all trusts."],
    list_trusts_for_trustor: [outsideDomains(`${reader} or ${trustor}`), "List the trusts that somebody has given."],
    list_trusts_for_trustee: [outsideDomains(`${reader} or ${trustee}`), "List the trusts that somebody was given."],
    list_roles_for_trust: [outsideDomains(party), "List the roles that a trust gives."],
    get_role_for_trust: [outsideDomains(party), "Say whether a trust gives a role."],
    delete_trust: [outsideDomains(`rule:admin_required or ${trustor}`), "Take a trust back."],
    get_trust: [outsideDomains(party), "Show one trust."],
  }),
  /** Which of the three rules of lists holds depends on the question. */
  list: anyToken("List trusts: all of them, those that one user has given, or those that it was given."),
};
