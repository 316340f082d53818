import ipaddr from "ipaddr.js";
import { badRequest } from "#platform/api/errors.ts";
import {
  attribute,
  Invalid,
  isCidr,
  oneOf,
  orNull,
  readOnly,
  spell,
  standardAttributes,
  uuid,
} from "../resource/attribute.ts";
import { canonical, networkOf, versionOf } from "../resource/ip.ts";

export interface NewRule {
  readonly security_group_id: string;
  readonly direction: "ingress" | "egress";
  readonly ethertype: "IPv4" | "IPv6";
  readonly protocol: string | null;
  readonly port_range_min: number | null;
  readonly port_range_max: number | null;
  readonly remote_ip_prefix: string | null;
  readonly remote_group_id: string | null;
  readonly description: string;
}

export const ruleAttributes = {
  ...standardAttributes,
  security_group_id: attribute(uuid, { put: false, required: true }),
  direction: attribute(oneOf(["ingress", "egress"]), { put: false, required: true }),
  ethertype: attribute(ethertype, { put: false, default: "IPv4" }),
  protocol: attribute(orNull(protocol), { put: false, default: null }),
  port_range_min: attribute(orNull(port), { put: false, default: null }),
  port_range_max: attribute(orNull(port), { put: false, default: null }),
  remote_ip_prefix: attribute(orNull(prefix), { put: false, default: null }),
  remote_group_id: attribute(orNull(uuid), { put: false, default: null }),
  remote_address_group_id: attribute(orNull(noAddressGroup), { put: false }),
  normalized_cidr: readOnly,
  belongs_to_default_sg: readOnly,
};

const names =
  "ah any dccp egp esp gre hopopt icmp icmpv6 igmp ip ipip ipv6-encap ipv6-frag ipv6-icmp ipv6-nonxt ipv6-opts ipv6-route ospf pgm rsvp sctp tcp udp udplite vrrp".split(
    " ",
  );

function ethertype(value: unknown): unknown {
  if (/^ipv4$/i.test(spell(value))) return "IPv4";
  if (/^ipv6$/i.test(spell(value))) return "IPv6";
  throw badRequest(
    `Security group rule for ethertype '${spell(value)}' not supported. Allowed values are ['IPv4', 'IPv6'].`,
    "SecurityGroupRuleInvalidEtherType",
  );
}
function protocol(value: unknown): unknown {
  const word = spell(value).toLowerCase();
  if (word === "any" || word === "0" || word === "ip") return null;
  if (names.includes(word)) return word === "icmpv6" ? "ipv6-icmp" : word;
  if (/^\d+$/.test(word) && Number(word) <= 255) return String(Number(word));
  throw badRequest(
    `Security group rule protocol ${word} not supported. Only protocol values ${spell(names)} and integer representations [0 to 255] are supported.`,
    "SecurityGroupRuleInvalidProtocol",
  );
}
function port(value: unknown): unknown {
  const number = typeof value === "string" && /^-?\d+$/.test(value) ? Number(value) : value;
  if (typeof number !== "number" || !Number.isInteger(number) || number > 65_535 || number < -1)
    throw badRequest(`Invalid value for port ${spell(value)}`, "SecurityGroupInvalidPortValue");
  return number === -1 ? null : number;
}
function prefix(value: unknown): unknown {
  if (typeof value !== "string") throw new Invalid(`'${spell(value)}' is not a valid IP subnet`);
  if (isCidr(value)) return networkOf(value);
  if (ipaddr.isValid(value)) return `${canonical(value)}/${versionOf(value) === 4 ? 32 : 128}`;
  throw new Invalid(`'${value}' is neither a valid IP address, nor is it a valid IP subnet`);
}
function noAddressGroup(value: unknown): never {
  throw badRequest(`Address group ${spell(value)} could not be found.`, "AddressGroupNotFound");
}
