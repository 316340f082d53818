import { anyToken, rules } from "#platform/api/rules.ts";
import { outsideDomains } from "../scope.rules.ts";

const reader = outsideDomains("rule:admin_required or (role:reader and system_scope:all)");
const writer = outsideDomains("rule:admin_required");

export const domainConfigRules = {
  ...rules("identity", {
    get_domain_config: [reader, "Show what a domain sets for itself, but no password."],
    get_domain_config_default: [reader, "Show what holds where a domain sets nothing for itself."],
    create_domain_config: [writer, "Say everything that a domain sets for itself."],
    update_domain_config: [writer, "Change what a domain sets for itself."],
    delete_domain_config: [writer, "Take back what a domain sets for itself."],
  }),
  get_security_compliance: anyToken("Show what is asked of passwords."),
};
