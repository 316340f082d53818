import { anyToken, rules } from "#platform/api/rules.ts";
import { outsideDomains } from "../scope.rules.ts";

const system = outsideDomains("rule:admin_required or (role:reader and system_scope:all)");
const admin = outsideDomains("rule:admin_required");

export const catalogRules = {
  /** Keystone lets every token read regions. */
  regions: anyToken("List and show regions."),
  ...rules("identity", {
    create_region: [admin, "Create a region."],
    update_region: [admin, "Change a region."],
    delete_region: [admin, "Delete a region."],
    get_service: [system, "Show one service of the catalogue."],
    list_services: [system, "List the catalogue's services."],
    create_service: [admin, "Enter a service in the catalogue."],
    update_service: [admin, "Change a service of the catalogue."],
    delete_service: [admin, "Strike a service from the catalogue."],
    get_endpoint: [system, "Show one endpoint."],
    list_endpoints: [system, "List endpoints."],
    create_endpoint: [admin, "Enter an endpoint in the catalogue."],
    update_endpoint: [admin, "Change an endpoint."],
    delete_endpoint: [admin, "Strike an endpoint from the catalogue."],
  }),
};
