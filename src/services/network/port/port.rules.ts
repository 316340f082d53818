import { attributeRules, member, resourceRules } from "../resource/resource.rules.ts";

const binding = ["binding:host_id", "binding:profile"];
/** What the network's owner may say too; asked about the network. */
const ofOwner = ["mac_address", "fixed_ips:ip_address", "port_security_enabled", "allowed_address_pairs"];

export const portRules = resourceRules("port", "port");
export const portGuards = {
  ...attributeRules("port", ["create", "update"], binding),
  /** Of owners that begin with "network:". */
  ...attributeRules("port", ["create"], ["device_owner:network"]),
  ...attributeRules("port", ["get"], [...binding, "binding:vif_type", "binding:vif_details"]),
};
export const portOwnerGuards = attributeRules("port", ["create", "update"], ofOwner, member);
