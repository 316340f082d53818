import assert from "node:assert/strict";
import { after, before, describe, test } from "node:test";
import { type Net, netCloud, withSubnet } from "../net.testkit.ts";

describe("ports", () => {
  let net: Net;
  before(async () => {
    net = await netCloud();
  });
  after(() => net.cloud.stop());

  const make = (port: object, as?: string) => net.must("POST", "/ports", { port }, as);
  const ips = (port: { fixed_ips: { ip_address: string }[] }) => port.fixed_ips.map((f) => f.ip_address);

  test("a port gets the lowest free address, a MAC and the default group, and reaches the data plane", async () => {
    const { networkId } = await withSubnet(net);
    const port = await make({ network_id: networkId, name: "p" });
    assert.deepEqual([ips(port), port.status, port.device_owner], [["10.0.0.3"], "DOWN", ""]);
    assert.match(port.mac_address, /^fa:16:3e:/);
    assert.equal("binding:host_id" in port, false);
    assert.equal(port["binding:vnic_type"], "normal");
    await net.cloud.settle();
    const spec = net.driver.ports.get(port.id);
    assert.deepEqual([spec?.ips[0]?.ip, spec?.securityGroups, spec?.host], ["10.0.0.3", port.security_groups, null]);
    assert.ok(net.driver.securityGroups.has(port.security_groups[0]));
    await net.must("DELETE", `/ports/${port.id}`);
    await net.cloud.settle();
    assert.equal(net.driver.ports.has(port.id), false);
    assert.deepEqual(ips(await make({ network_id: networkId })), ["10.0.0.3"]);
  });

  test("fifty ports at once get fifty addresses", async () => {
    const { networkId } = await withSubnet(net, "10.7.0.0/25");
    const one = () => net.call("POST", "/ports", { port: { network_id: networkId } });
    const made = await Promise.all(Array.from({ length: 50 }, one));
    assert.ok(
      made.every((r) => r.status === 201),
      made.find((r) => r.status !== 201)?.text,
    );
    const got = made.flatMap((r) => ips(r.body.port));
    assert.equal(new Set(got).size, 50);
    assert.equal(
      got
        .map((ip) => Number(ip.split(".")[3]))
        .sort((a, b) => a - b)
        .at(-1),
      52,
    );
  });

  test("a full subnet says so, and nothing is left of the attempt", async () => {
    const { networkId } = await withSubnet(net, "10.8.0.0/29");
    const ports = await net.must("POST", "/ports", {
      ports: Array.from({ length: 4 }, () => ({ network_id: networkId })),
    });
    assert.equal(ports.length, 4);
    const why = await net.refused(409, "IpAddressGenerationFailure", "POST", "/ports", {
      port: { network_id: networkId },
    });
    assert.equal(why, `No more IP addresses available on network ${networkId}.`);
    assert.equal((await net.must("GET", `/ports?network_id=${networkId}`)).length, 5);
    const bulk = { ports: [{ network_id: networkId, fixed_ips: [] }, { network_id: networkId }] };
    await net.refused(409, "IpAddressGenerationFailure", "POST", "/ports", bulk);
    assert.equal((await net.must("GET", `/ports?network_id=${networkId}`)).length, 5);
  });

  test("addresses may be asked for, each only once", async () => {
    const { networkId, subnetId } = await withSubnet(net, "10.6.0.0/24");
    const at = (ip: string) => ({
      port: { network_id: networkId, fixed_ips: [{ subnet_id: subnetId, ip_address: ip }] },
    });
    const port = await net.must("POST", "/ports", at("10.6.0.77"));
    assert.deepEqual(ips(port), ["10.6.0.77"]);
    const why = await net.refused(409, "IpAddressAlreadyAllocated", "POST", "/ports", at("10.6.0.77"));
    assert.equal(why, `IP address 10.6.0.77 already allocated in subnet ${subnetId}`);
    await net.refused(400, "InvalidIpForSubnet", "POST", "/ports", at("10.66.0.1"));
    await net.refused(400, "HTTPBadRequest", "POST", "/ports", at("ten"));
    const moved = await net.must("PUT", `/ports/${port.id}`, {
      port: { fixed_ips: [{ ip_address: "10.6.0.77" }, { ip_address: "10.6.0.78" }] },
    });
    assert.deepEqual(ips(moved), ["10.6.0.77", "10.6.0.78"]);
    assert.deepEqual(ips(await net.must("PUT", `/ports/${port.id}`, { port: { fixed_ips: [] } })), []);
    await net.must("POST", "/ports", at("10.6.0.77"));
    const found = await net.must("GET", "/ports?fixed_ips=ip_address=10.6.0.77&fields=id");
    assert.equal(found.length, 1);
  });

  test("a MAC is taken once on a network", async () => {
    const { networkId } = await withSubnet(net, "10.10.0.0/24");
    const port = { network_id: networkId, mac_address: "fa:16:3e:00:00:01" };
    await make(port);
    const why = await net.refused(409, "MacAddressInUse", "POST", "/ports", { port });
    assert.equal(
      why,
      `Unable to complete operation for network ${networkId}. The mac address fa:16:3e:00:00:01 is in use.`,
    );
  });

  test("port security, groups and address pairs fit together", async () => {
    const { networkId } = await withSubnet(net, "10.11.0.0/24");
    const group = await net.must("POST", "/security-groups", { security_group: { name: "web" } });
    const off = { network_id: networkId, port_security_enabled: false };
    assert.deepEqual((await make(off)).security_groups, []);
    const both = { port: { ...off, security_groups: [group.id] } };
    await net.refused(409, "PortSecurityAndIPRequiredForSecurityGroups", "POST", "/ports", both);
    const paired = await make({ network_id: networkId, allowed_address_pairs: [{ ip_address: "10.11.0.99" }] });
    assert.deepEqual(paired.allowed_address_pairs, [{ ip_address: "10.11.0.99", mac_address: paired.mac_address }]);
    const port = await make({ network_id: networkId, security_groups: [group.id] });
    await net.refused(409, "SecurityGroupInUse", "DELETE", `/security-groups/${group.id}`);
    const bare = await net.must("PUT", `/ports/${port.id}`, { port: { security_groups: [] } });
    assert.deepEqual(bare.security_groups, []);
    await net.cloud.settle();
    assert.deepEqual(net.driver.ports.get(port.id)?.securityGroups, []);
    await net.must("DELETE", `/security-groups/${group.id}`);
    const unknown = { port: { network_id: networkId, security_groups: [group.id] } };
    await net.refused(404, "SecurityGroupNotFound", "POST", "/ports", unknown);
  });

  test("where a port is bound is for administrators", async () => {
    const { networkId } = await withSubnet(net, "10.12.0.0/24");
    const port = { network_id: networkId, "binding:host_id": "h1" };
    await net.refused(403, "PolicyNotAuthorized", "POST", "/ports", { port });
    const owned = { network_id: networkId, device_owner: "network:dhcp" };
    await net.refused(403, "PolicyNotAuthorized", "POST", "/ports", { port: owned });
    const shown = await net.must("GET", `/ports/${(await make({ network_id: networkId })).id}`, undefined, "admin");
    assert.equal(shown["binding:vif_type"], "unbound");
    await net.refused(404, "PortNotFound", "GET", `/ports/${shown.id}`, undefined, "stranger");
  });
});
