import { rules } from "#platform/api/rules.ts";
import { attributeRules, member, resourceRules } from "../resource/resource.rules.ts";

export const routerRules = resourceRules("router", "router");
export const routerActionRules = rules("", {
  add_router_interface: [member, "Give a router a leg on a subnet."],
  remove_router_interface: [member, "Take a leg from a router."],
  add_extraroutes: [member, "Add static routes to a router."],
  remove_extraroutes: [member, "Take static routes from a router."],
});
export const routerGuards = {
  ...attributeRules("router", ["create", "update"], ["distributed", "ha"]),
  ...attributeRules(
    "router",
    ["create", "update"],
    ["external_gateway_info:enable_snat", "external_gateway_info:external_fixed_ips"],
  ),
};
