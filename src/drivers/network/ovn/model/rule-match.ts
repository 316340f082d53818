import type { SecurityRuleSpec } from "#services/network/driver.ts";

const numbers: Readonly<Record<string, number>> = {
  icmp: 1,
  igmp: 2,
  ipip: 4,
  tcp: 6,
  egp: 8,
  udp: 17,
  dccp: 33,
  "ipv6-encap": 41,
  "ipv6-route": 43,
  "ipv6-frag": 44,
  rsvp: 46,
  gre: 47,
  esp: 50,
  ah: 51,
  icmpv6: 58,
  "ipv6-icmp": 58,
  "ipv6-nonxt": 59,
  "ipv6-opts": 60,
  ospf: 89,
  vrrp: 112,
  pgm: 113,
  sctp: 132,
  udplite: 136,
};

/** An ACL's match for a rule of the group; undefined if the protocol is no protocol. */
export function ruleMatch(rule: SecurityRuleSpec, group: string, remoteGroup: string | null): string | undefined {
  const ip = rule.ethertype === "IPv4" ? "ip4" : "ip6";
  const protocol = protocolMatch(rule, ip);
  if (!protocol) return undefined;
  const [side, far] = rule.direction === "ingress" ? ["outport", "src"] : ["inport", "dst"];
  return [
    `${side} == @${group}`,
    ip,
    ...(rule.remoteIp && !rule.remoteIp.endsWith("/0") ? [`${ip}.${far} == ${rule.remoteIp}`] : []),
    ...(remoteGroup ? [`${ip}.${far} == $${remoteGroup}_${ip}`] : []),
    ...protocol,
  ].join(" && ");
}

function protocolMatch({ protocol, portMin, portMax }: SecurityRuleSpec, ip: "ip4" | "ip6") {
  if (protocol === null || protocol === "any") return [];
  const number = numbers[protocol] ?? (/^\d+$/.test(protocol) ? Number(protocol) : undefined);
  if (number === undefined || number > 255) return undefined;
  if (number === 1 || number === 58) return icmpMatch(ip, portMin, portMax);
  const name = { 6: "tcp", 17: "udp", 132: "sctp" }[number];
  return name ? portsMatch(name, portMin, portMax) : [`ip.proto == ${number}`];
}

/** For ICMP the two ports are type and code. */
function icmpMatch(ip: "ip4" | "ip6", type: number | null, code: number | null) {
  const name = ip === "ip4" ? "icmp4" : "icmp6";
  return [
    name,
    ...(type === null ? [] : [`${name}.type == ${type}`]),
    ...(code === null ? [] : [`${name}.code == ${code}`]),
  ];
}

function portsMatch(name: string, min: number | null, max: number | null) {
  if (min !== null && min === max) return [name, `${name}.dst == ${min}`];
  return [name, ...(min === null ? [] : [`${name}.dst >= ${min}`]), ...(max === null ? [] : [`${name}.dst <= ${max}`])];
}
