import { anyToken, rules } from "#platform/api/rules.ts";
import { outsideDomains } from "../scope.rules.ts";

const admin = outsideDomains("rule:admin_required");
const theirs =
  "domain_id:%(target.limit.domain.id)s or domain_id:%(target.limit.project.domain_id)s or (project_id:%(target.limit.project_id)s and not None:%(target.limit.project_id)s)";

export const limitRules = {
  ...rules("identity", {
    create_registered_limits: [admin, "Say what everybody may have of something."],
    update_registered_limit: [admin, "Change what everybody may have of something."],
    delete_registered_limit: [admin, "No longer say what everybody may have of something."],
    get_limit: [
      `rule:admin_required or (role:reader and system_scope:all) or ${theirs}`,
      "Show a project's or a domain's limit.",
    ],
    create_limits: [admin, "Give projects and domains limits of their own."],
    update_limit: [admin, "Change a limit."],
    delete_limit: [admin, "Take a limit away, so that the registered one holds."],
  }),
  registered: anyToken("List and show what everybody may have."),
  list: anyToken("List limits: all with a token of the system, else those of the token's domain or project."),
  model: anyToken("Say how limits of projects above and below each other are weighed."),
};
