import assert from "node:assert/strict";
import { after, before, describe, test } from "node:test";
import type { Loose } from "#platform/service/loose.ts";
import { type Net, netCloud } from "../net.testkit.ts";

describe("security groups", () => {
  let net: Net;
  before(async () => {
    net = await netCloud();
  });
  after(() => net.cloud.stop());

  const makeGroup = (name: string) => net.must("POST", "/security-groups", { security_group: { name } });

  test("who looks for groups finds the default one", async () => {
    const [group] = await net.must("GET", "/security-groups?name=default");
    const shapes = group.security_group_rules.map(
      (r: Loose) => `${r.direction} ${r.ethertype} ${r.remote_group_id === group.id}`,
    );
    assert.deepEqual(shapes.sort(), [
      "egress IPv4 false",
      "egress IPv6 false",
      "ingress IPv4 true",
      "ingress IPv6 true",
    ]);
    await net.cloud.settle();
    assert.equal(net.driver.securityGroups.get(group.id)?.rules.length, 4);
    await net.refused(409, "SecurityGroupCannotRemoveDefault", "DELETE", `/security-groups/${group.id}`);
    const rename = { security_group: { name: "other" } };
    await net.refused(409, "SecurityGroupCannotUpdateDefault", "PUT", `/security-groups/${group.id}`, rename);
    const second = { security_group: { name: "default" } };
    await net.refused(409, "SecurityGroupDefaultAlreadyExists", "POST", "/security-groups", second);
  });

  test("rules come and go, and the data plane follows", async () => {
    const group = await makeGroup("web");
    assert.equal(group.security_group_rules.length, 2);
    const rule = {
      security_group_id: group.id,
      direction: "ingress",
      protocol: "tcp",
      port_range_min: 80,
      port_range_max: "80",
    };
    const made = await net.must("POST", "/security-group-rules", { security_group_rule: rule });
    assert.deepEqual([made.ethertype, made.port_range_max, made.remote_ip_prefix], ["IPv4", 80, null]);
    const why = await net.refused(409, "SecurityGroupRuleExists", "POST", "/security-group-rules", {
      security_group_rule: rule,
    });
    assert.equal(why, `Security group rule already exists. Rule id is ${made.id}.`);
    await net.cloud.settle();
    assert.equal(net.driver.securityGroups.get(group.id)?.rules.length, 3);
    await net.must("DELETE", `/security-group-rules/${made.id}`);
    await net.refused(404, "SecurityGroupRuleNotFound", "GET", `/security-group-rules/${made.id}`);
    await net.must("DELETE", `/security-groups/${group.id}`);
    await net.cloud.settle();
    assert.equal(net.driver.securityGroups.has(group.id), false);
  });

  test("rules that mean nothing are refused in Neutron's words", async () => {
    const { id } = await makeGroup("strict");
    const refused = (kind: string, more: object) => {
      const rule = { security_group_id: id, direction: "ingress", ...more };
      return net.refused(400, kind, "POST", "/security-group-rules", { security_group_rule: rule });
    };
    await refused("SecurityGroupInvalidPortRange", { protocol: "tcp", port_range_min: 9, port_range_max: 8 });
    await refused("SecurityGroupProtocolRequiredWithPorts", { port_range_min: 1, port_range_max: 2 });
    await refused("SecurityGroupInvalidPortValue", { protocol: "tcp", port_range_min: 1, port_range_max: 70_000 });
    await refused("SecurityGroupInvalidIcmpValue", { protocol: "icmp", port_range_min: 256 });
    await refused("SecurityGroupMissingIcmpType", { protocol: "icmp", port_range_max: 1 });
    await refused("SecurityGroupRuleInvalidProtocol", { protocol: "smoke" });
    await refused("SecurityGroupRuleInvalidEtherType", { ethertype: "IPv5" });
    await refused("SecurityGroupRuleParameterConflict", { remote_ip_prefix: "fd00::/64" });
    await refused("HTTPBadRequest", { remote_ip_prefix: "everywhere" });
    await refused("HTTPBadRequest", { direction: "sideways" });
    await refused("SecurityGroupInvalidProtocolForPort", { protocol: "gre", port_range_min: 1, port_range_max: 1 });
    const both = { remote_ip_prefix: "10.0.0.0/8", remote_group_id: id };
    await refused("SecurityGroupMultipleRemoteEntites", both);
    const foreign = { security_group_rule: { security_group_id: id, direction: "egress" } };
    await net.refused(404, "SecurityGroupNotFound", "POST", "/security-group-rules", foreign, "stranger");
  });

  test("many rules are made at once, or none", async () => {
    const { id } = await makeGroup("bulk");
    const rule = (port: number) => ({
      security_group_id: id,
      direction: "ingress",
      protocol: "tcp",
      port_range_min: port,
      port_range_max: port,
    });
    const made = await net.must("POST", "/security-group-rules", { security_group_rules: [rule(1), rule(2)] });
    assert.equal(made.length, 2);
    await net.refused(409, "SecurityGroupRuleExists", "POST", "/security-group-rules", {
      security_group_rules: [rule(3), rule(2)],
    });
    assert.equal((await net.must("GET", `/security-group-rules?security_group_id=${id}&direction=ingress`)).length, 2);
  });

  test("a group that others speak of takes their rules with it", async () => {
    const [one, two] = [await makeGroup("one"), await makeGroup("two")];
    const rule = { security_group_id: one.id, direction: "ingress", remote_group_id: two.id };
    await net.must("POST", "/security-group-rules", { security_group_rule: rule });
    await net.must("DELETE", `/security-groups/${two.id}`);
    await net.cloud.settle();
    assert.equal(net.driver.securityGroups.get(one.id)?.rules.length, 2);
  });
});
