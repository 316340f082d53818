import { attributeRules, resourceRules } from "../resource/resource.rules.ts";

export const subnetRules = resourceRules("subnet", "subnet");
export const subnetGuards = attributeRules("subnet", ["create", "update"], ["segment_id", "service_types"]);
