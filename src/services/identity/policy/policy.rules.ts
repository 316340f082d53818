import { rules } from "#platform/api/rules.ts";
import { outsideDomains } from "../scope.rules.ts";

const admin = outsideDomains("rule:admin_required");
const reader = outsideDomains("rule:admin_required or (role:reader and system_scope:all)");

export const policyRules = rules("identity", {
  get_policy: [reader, "Show one policy document."],
  list_policies: [reader, "List policy documents."],
  create_policy: [admin, "Keep a policy document."],
  update_policy: [admin, "Change a policy document."],
  delete_policy: [admin, "Delete a policy document."],
  create_policy_association_for_endpoint: [admin, "Say that a policy is for an endpoint."],
  check_policy_association_for_endpoint: [reader, "Ask whether a policy is for an endpoint."],
  delete_policy_association_for_endpoint: [admin, "Say that a policy is no longer for an endpoint."],
  create_policy_association_for_service: [admin, "Say that a policy is for a service."],
  check_policy_association_for_service: [reader, "Ask whether a policy is for a service."],
  delete_policy_association_for_service: [admin, "Say that a policy is no longer for a service."],
  create_policy_association_for_region_and_service: [admin, "Say that a policy is for a service in a region."],
  check_policy_association_for_region_and_service: [reader, "Ask whether a policy is for a service in a region."],
  delete_policy_association_for_region_and_service: [
    admin,
    "Say that a policy is no longer for a service in a region.",
  ],
  get_policy_for_endpoint: [reader, "Show the policy that holds for an endpoint."],
  list_endpoints_for_policy: [reader, "List the endpoints that a policy holds for."],
});
