import assert from "node:assert/strict";
import { randomUUID } from "node:crypto";
import { after, before, describe, test } from "node:test";
import { setTimeout as pausing } from "node:timers/promises";
import type { RouterSpec } from "#services/network/driver.ts";
import { type Bench, bench, cannotRun } from "./bench.testkit.ts";
import {
  anyMac,
  comesUp,
  type Guest,
  greet,
  groupSpec,
  guest,
  networkSpec,
  pings,
  portSpec,
  read,
} from "./guests.testkit.ts";

describe("guests on OVN", { skip: cannotRun() }, () => {
  let cloud: Bench;
  let [alice, bob]: Guest[] = [];
  const web = groupSpec({ protocol: "tcp", portMin: 80, portMax: 80 });
  const friends = groupSpec();
  const metadata = { portId: randomUUID(), mac: anyMac(), cidrs: ["10.20.0.2/24"] };
  const network = networkSpec({ cidr: "10.20.0.0/24", metadata });
  const alicePort = portSpec(network, "10.20.0.11", { securityGroups: [friends.id] });
  const bobPort = portSpec(network, "10.20.0.12", { securityGroups: [web.id] });
  const ends: (() => unknown)[] = [];

  before(async () => {
    cloud = await bench({ external: { gatewayCidr: "203.0.113.1/24" } });
    await cloud.driver.putSecurityGroup(web);
    await cloud.driver.putSecurityGroup(friends);
    await cloud.driver.putNetwork(network);
    for (const port of [alicePort, bobPort]) await cloud.driver.putPort(port);
    alice = await guest(cloud, alicePort, "10.20.0.1");
    bob = await guest(cloud, bobPort, "10.20.0.1");
    ends.push(await greet(bob.namespace, 80), await greet(bob.namespace, 81), await greet(cloud.namespace, 8080));
  });
  after(async () => {
    for (const end of ends) await end();
    await alice?.end();
    await bob?.end();
    await cloud?.end();
  });

  test("a guest reads what a security group lets it read, and nothing else", async () => {
    assert.equal(await alice!.read("10.20.0.12", 80), "hello 10.20.0.11");
    assert.equal(await alice!.read("10.20.0.12", 81), "nothing");
    assert.equal(await alice!.pings("10.20.0.12"), false);
  });

  test("a rule for a remote group lets its members in, once it is put", async () => {
    const rule = { id: randomUUID(), direction: "ingress", ethertype: "IPv4", protocol: "icmp" } as const;
    const none = { portMin: null, portMax: null, remoteIp: null };
    await cloud.driver.putSecurityGroup({
      ...web,
      rules: [...web.rules, { ...rule, ...none, remoteGroupId: friends.id }],
    });
    assert.equal(await eventually(() => alice!.pings("10.20.0.12")), true);
    await cloud.driver.putPort({ ...alicePort, securityGroups: [web.id] });
    assert.equal(await eventually(async () => !(await alice!.pings("10.20.0.12"))), true);
    await cloud.driver.putPort(alicePort);
  });

  test("a guest cannot speak for an address that is not its own", async () => {
    await alice!.run("ip", "address", "add", "10.20.0.77/24", "dev", "eth0");
    const spoof = alice!.run("busybox", "ping", "-c", "1", "-W", "1", "-I", "10.20.0.77", "10.20.0.12");
    await assert.rejects(spoof);
    await alice!.run("ip", "address", "del", "10.20.0.77/24", "dev", "eth0");
  });

  test("a guest that asks by DHCP is told its address, mtu, name server and routes", async () => {
    const port = portSpec(network, "10.20.0.13");
    await cloud.driver.putPort(port);
    const carol = await guest(cloud, port, null, false);
    const script = `${cloud.options.stateDir}/udhcpc.sh`;
    await carol.run(
      "sh",
      "-c",
      `printf '#!/bin/sh\\n[ $1 = bound ] && env || true\\n' > ${script}; chmod +x ${script}`,
    );
    const told = await carol.run(
      "busybox",
      "udhcpc",
      "-i",
      "eth0",
      "-n",
      "-q",
      "-f",
      "-O",
      "mtu",
      "-O",
      "121",
      "-s",
      script,
    );
    assert.match(told, /^ip=10\.20\.0\.13$/m);
    assert.match(told, /^mtu=1400$/m);
    assert.match(told, /^dns=9\.9\.9\.9$/m);
    assert.match(told, /^hostname=guest$/m);
    assert.match(told, /^staticroutes=169\.254\.169\.254\/32 10\.20\.0\.2 0\.0\.0\.0\/0 10\.20\.0\.1$/m);
    await carol.end();
    await cloud.driver.dropPort(port.id);
  });

  test("metadata answers on a network as soon as a port is plugged, and knows who asks", async () => {
    cloud.driver.serveMetadata(async ({ networkId, sourceIp, method, path, body = "" }) => ({
      status: 200,
      contentType: "text/plain",
      body: [networkId, sourceIp, method, path, body].join(" ").trim(),
    }));
    const port = portSpec(network, "10.20.0.14");
    await cloud.driver.putPort(port);
    const up = comesUp(cloud.driver, port.id);
    const plug = { portId: port.id, mac: port.mac, mtu: 1400, deviceId: randomUUID() };
    await cloud.driver.plug(cloud.host, plug);
    await up;
    await alice!.run("ip", "route", "add", "169.254.169.254", "via", "10.20.0.2");
    const url = "http://169.254.169.254/openstack/latest/meta_data.json?x=1";
    const fetched = () => alice!.run("timeout", "3", "busybox", "wget", "-q", "-O", "-", url).catch(() => undefined);
    const expected = `${network.id} 10.20.0.11 GET /openstack/latest/meta_data.json?x=1`;
    assert.equal(await eventually(async () => (await fetched()) === expected), true);
    const password = "http://169.254.169.254/openstack/latest/password";
    const told = await alice!.run("busybox", "wget", "-q", "-O", "-", "--post-data", "c2VjcmV0", password);
    assert.equal(told.trim(), `${network.id} 10.20.0.11 POST /openstack/latest/password c2VjcmV0`);
    await cloud.driver.unplug(cloud.host, port.id);
    await cloud.driver.dropPort(port.id);
    const kinds = (await cloud.driver.traces()).map(({ kind }) => kind);
    assert.ok(!kinds.includes("network namespace") && !kinds.includes("tap") && !kinds.includes("ovs interface"));
  });

  test("a router leads out under its own address, and a floating address leads in, by TCP", async () => {
    const provider = { kind: "flat", physicalNetwork: "public", vlan: null } as const;
    const outside = networkSpec({ cidr: "203.0.113.0/24", external: true, provider });
    await cloud.driver.putNetwork(outside);
    const router: RouterSpec = {
      id: randomUUID(),
      name: "out",
      enabled: true,
      interfaces: [{ portId: randomUUID(), networkId: network.id, mac: anyMac(), cidrs: ["10.20.0.1/24"] }],
      gateway: {
        portId: randomUUID(),
        networkId: outside.id,
        mac: anyMac(),
        cidrs: ["203.0.113.10/24"],
        nexthops: ["203.0.113.1"],
        snat: true,
      },
      routes: [],
    };
    await cloud.driver.putRouter(router);
    const greeted = () => alice!.read("203.0.113.1", 8080);
    assert.equal(await eventually(async () => (await greeted()) === "hello 203.0.113.10"), true);
    const floating = {
      id: randomUUID(),
      routerId: router.id,
      floatingIp: "203.0.113.50",
      fixedIp: "10.20.0.12",
      portId: bobPort.id,
    };
    await cloud.driver.putFloatingIp(floating);
    const reached = () => read(cloud.namespace, "203.0.113.50", 80);
    assert.equal(await eventually(async () => (await reached()) === "hello 203.0.113.1"), true);
    await cloud.driver.dropFloatingIp(floating.id);
    assert.equal(await eventually(async () => (await reached()) === "nothing"), true);
    assert.equal(await pings(cloud.namespace, "203.0.113.10"), true);
    await cloud.driver.dropRouter(router.id);
    await cloud.driver.dropNetwork(outside.id);
  });

  test("nothing is left when everything is dropped", async () => {
    for (const port of [alicePort, bobPort]) await cloud.driver.dropPort(port.id);
    await cloud.driver.dropNetwork(network.id);
    for (const group of [web, friends]) await cloud.driver.dropSecurityGroup(group.id);
    assert.deepEqual(await cloud.driver.traces(), []);
  });
});

/** The switch learns of a change a moment after the database: asks until it is so, twenty times at most. */
async function eventually(so: () => Promise<boolean>): Promise<boolean> {
  for (let tries = 0; tries < 20; tries++) {
    if (await so()) return true;
    await pausing(50);
  }
  return false;
}
