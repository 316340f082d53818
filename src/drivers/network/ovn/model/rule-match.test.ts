import assert from "node:assert/strict";
import { test } from "node:test";
import type { SecurityRuleSpec } from "#services/network/driver.ts";
import { ruleMatch } from "./rule-match.ts";

const any: SecurityRuleSpec = {
  id: "r",
  direction: "ingress",
  ethertype: "IPv4",
  protocol: null,
  portMin: null,
  portMax: null,
  remoteIp: null,
  remoteGroupId: null,
};
const match = (rule: Partial<SecurityRuleSpec>, remote: string | null = null) =>
  ruleMatch({ ...any, ...rule }, "pg", remote);

test("a rule for everything matches the version of the address only", () => {
  assert.equal(match({}), "outport == @pg && ip4");
  assert.equal(match({ direction: "egress", ethertype: "IPv6", remoteIp: "::/0" }), "inport == @pg && ip6");
});

test("a port is matched by itself, a range by its ends", () => {
  assert.equal(match({ protocol: "tcp", portMin: 22, portMax: 22 }), "outport == @pg && ip4 && tcp && tcp.dst == 22");
  assert.equal(
    match({ protocol: "17", portMin: 5, portMax: 9 }),
    "outport == @pg && ip4 && udp && udp.dst >= 5 && udp.dst <= 9",
  );
});

test("for ICMP the ports are type and code, zero among them", () => {
  assert.equal(
    match({ protocol: "icmp", portMin: 0, portMax: 0 }),
    "outport == @pg && ip4 && icmp4 && icmp4.type == 0 && icmp4.code == 0",
  );
  assert.equal(
    match({ ethertype: "IPv6", protocol: "icmpv6", portMin: 128 }),
    "outport == @pg && ip6 && icmp6 && icmp6.type == 128",
  );
});

test("the far side is a range or the addresses of a group", () => {
  assert.equal(match({ remoteIp: "10.0.0.0/8" }), "outport == @pg && ip4 && ip4.src == 10.0.0.0/8");
  assert.equal(match({ direction: "egress" }, "pg_b"), "inport == @pg && ip4 && ip4.dst == $pg_b_ip4");
});

test("a protocol without ports of its own is matched by number; a word that is none is refused", () => {
  assert.equal(match({ protocol: "vrrp" }), "outport == @pg && ip4 && ip.proto == 112");
  assert.equal(match({ protocol: "nonsense" }), undefined);
});
