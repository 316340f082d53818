import { attributeRules, resourceRules } from "../resource/resource.rules.ts";

const provider = ["provider:network_type", "provider:physical_network", "provider:segmentation_id"];

export const networkRules = resourceRules("network", "network");
export const networkGuards = {
  ...attributeRules("network", ["create"], ["shared", "router:external", "is_default", ...provider]),
  ...attributeRules("network", ["update"], ["shared", "router:external", "is_default"]),
  ...attributeRules("network", ["get"], provider),
};
