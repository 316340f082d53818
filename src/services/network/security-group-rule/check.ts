import { wrong } from "../refusals.ts";
import { versionOf } from "../resource/ip.ts";
import type { SecurityGroupRule } from "./security-group-rule.ts";

type Rule = Pick<
  SecurityGroupRule,
  "ethertype" | "protocol" | "portRangeMin" | "portRangeMax" | "remoteIpPrefix" | "remoteGroupId"
>;

const withPorts = ["tcp", "udp", "dccp", "sctp", "udplite", "6", "17", "33", "132", "136"];
const icmps = ["icmp", "ipv6-icmp", "1", "58"];
const only6 = ["ipv6-encap", "ipv6-frag", "ipv6-icmp", "ipv6-nonxt", "ipv6-opts", "ipv6-route"];

/** Refuses a rule that means nothing, in Neutron's words. */
export function checkRule(it: Rule): void {
  checkRemote(it);
  if (it.protocol && only6.includes(it.protocol) && it.ethertype === "IPv4" && it.protocol !== "ipv6-icmp")
    throw wrong.with(
      "SecurityGroupEthertypeConflictWithProtocol",
      `Invalid ethertype ${it.ethertype} for protocol ${it.protocol}.`,
    );
  checkPorts(it);
}

function checkRemote({ remoteIpPrefix, remoteGroupId, ethertype }: Rule): void {
  if (remoteIpPrefix !== null && remoteGroupId !== null)
    throw wrong.with(
      "SecurityGroupMultipleRemoteEntites",
      "Only one of remote_ip_prefix, remote_group_id or remote_address_group_id may be provided.",
    );
  if (remoteIpPrefix !== null && `IPv${versionOf(remoteIpPrefix)}` !== ethertype)
    throw wrong.with(
      "SecurityGroupRuleParameterConflict",
      `Conflicting value ethertype ${ethertype} for CIDR ${remoteIpPrefix}`,
    );
}

function checkPorts({ protocol, portRangeMin: min, portRangeMax: max }: Rule): void {
  if (min === null && max === null) return;
  if (protocol === null)
    throw wrong.with("SecurityGroupProtocolRequiredWithPorts", "Must also specify protocol if port range is given.");
  if (icmps.includes(protocol)) checkIcmp(min, max);
  else checkPortRange(protocol, min, max);
}

function checkPortRange(protocol: string, min: number | null, max: number | null): void {
  if (!withPorts.includes(protocol))
    throw wrong.with(
      "SecurityGroupInvalidProtocolForPort",
      `Ports cannot be specified for protocol ${protocol}. Ports are only supported for dccp, sctp, tcp, udp, udplite.`,
    );
  if (min === 0 || max === 0) throw wrong.with("SecurityGroupInvalidPortValue", "Invalid value for port 0");
  if (min === null || max === null || min > max)
    throw wrong.with(
      "SecurityGroupInvalidPortRange",
      "For TCP/UDP protocols, port_range_min must be <= port_range_max",
    );
}

function checkIcmp(type: number | null, code: number | null): void {
  for (const [field, attr, value] of [
    ["port_range_min", "type", type],
    ["port_range_max", "code", code],
  ] as const)
    if (value !== null && value > 255)
      throw wrong.with(
        "SecurityGroupInvalidIcmpValue",
        `Invalid value for ICMP ${field} (${attr}) ${value}. It must be 0 to 255.`,
      );
  if (type === null && code !== null)
    throw wrong.with(
      "SecurityGroupMissingIcmpType",
      `ICMP code (port-range-max) ${code} is provided but ICMP type (port-range-min) is missing.`,
    );
}
