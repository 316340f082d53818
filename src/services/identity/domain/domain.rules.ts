import { rules } from "#platform/api/rules.ts";
import { outsideDomains } from "../scope.rules.ts";

const system = "rule:admin_required or (role:reader and system_scope:all)";
const own = "domain_id:%(target.domain.id)s or project_domain_id:%(target.domain.id)s";

export const domainRules = rules("identity", {
  get_domain: [`${system} or ${own}`, "Show one domain."],
  list_domains: [`${system} or (role:reader and domain_id:%(target.domain.id)s)`, "List domains."],
  create_domain: [outsideDomains("rule:admin_required"), "Create a domain."],
  update_domain: [outsideDomains("rule:admin_required"), "Change a domain."],
  delete_domain: [outsideDomains("rule:admin_required"), "Delete a domain."],
});
