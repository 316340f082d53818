import { rules } from "#platform/api/rules.ts";
import { outsideDomains } from "../scope.rules.ts";

const admin = outsideDomains("rule:admin_required");
const reader = outsideDomains("rule:admin_required or (role:reader and system_scope:all)");

export const filterRules = rules("identity", {
  create_endpoint_group: [admin, "Make a group of endpoints."],
  list_endpoint_groups: [reader, "List groups of endpoints."],
  get_endpoint_group: [reader, "Show a group of endpoints."],
  update_endpoint_group: [admin, "Change a group of endpoints."],
  delete_endpoint_group: [admin, "Delete a group of endpoints."],
  list_projects_associated_with_endpoint_group: [reader, "List the projects that see a group of endpoints."],
  list_endpoints_associated_with_endpoint_group: [reader, "List the endpoints of a group."],
  get_endpoint_group_in_project: [reader, "Say whether a project sees a group of endpoints."],
  list_endpoint_groups_for_project: [reader, "List the groups of endpoints that a project sees."],
  add_endpoint_group_to_project: [admin, "Let a project see a group of endpoints."],
  remove_endpoint_group_from_project: [admin, "Let a project no longer see a group of endpoints."],
  list_projects_for_endpoint: [reader, "List the projects that see an endpoint."],
  add_endpoint_to_project: [admin, "Let a project see an endpoint."],
  check_endpoint_in_project: [reader, "Say whether a project sees an endpoint."],
  list_endpoints_for_project: [reader, "List the endpoints that a project sees."],
  remove_endpoint_from_project: [admin, "Let a project no longer see an endpoint."],
});
