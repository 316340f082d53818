import assert from "node:assert/strict";
import { randomUUID } from "node:crypto";
import { after, before, describe, test } from "node:test";
import { Unavailable } from "#platform/service/driver.ts";
import type { NetworkDriver, NetworkSpec, PortSpec, RouterSpec, SecurityGroupSpec } from "./driver.ts";

/** A driver to be judged, a host on which it may plug, and how to be done with it. */
export interface NetworkBench {
  readonly driver: NetworkDriver;
  readonly host: string;
  end(): Promise<void>;
}

/** What every network driver keeps. */
export function networkLaws(name: string, make: () => Promise<NetworkBench> | NetworkBench) {
  describe(`${name} keeps the laws of a network driver`, () => {
    let bench: NetworkBench;
    const drops: (() => Promise<void>)[] = [];
    before(async () => {
      bench = await make();
    });
    after(async () => {
      for (const drop of drops.reverse()) await drop();
      await bench.end();
    });

    test("a network put twice is there once, and is gone after a drop", async () => {
      const spec = await putNetwork();
      await bench.driver.putNetwork({ ...spec, name: "renamed", mtu: spec.mtu - 20 });
      assert.equal((await tracesOf(spec.id)).length, 1);
      await bench.driver.dropNetwork(spec.id);
      assert.deepEqual(await tracesOf(spec.id), []);
    });

    test("what is gone already can be dropped", async () => {
      const id = randomUUID();
      await bench.driver.dropPort(id);
      await bench.driver.dropNetwork(id);
      await bench.driver.dropRouter(id);
      await bench.driver.dropFloatingIp(id);
      await bench.driver.dropSecurityGroup(id);
      await bench.driver.unplug(bench.host, id);
    });

    test("a port on a network that is not there yet is to be tried again", async () => {
      const spec = portOn(networkSpec(), "10.87.0.9");
      await assert.rejects(bench.driver.putPort(spec), Unavailable);
      assert.deepEqual(await tracesOf(spec.id), []);
    });

    test("a port put again takes the new wish, without a second port", async () => {
      const { port } = await putPort("10.87.0.10");
      await bench.driver.putPort({
        ...port,
        enabled: false,
        portSecurity: false,
        securityGroups: [],
        allowedPairs: [],
      });
      await bench.driver.putPort({ ...port, allowedPairs: [{ ip: "10.87.0.200", mac: null }] });
      assert.equal((await tracesOf(port.id)).length, 1);
    });

    test("a port is not up before it is plugged", async () => {
      const { port } = await putPort("10.87.0.11");
      assert.equal(await bench.driver.isUp(port.id), false);
    });

    test("a plugged port comes up and says so; plugging twice gives the same tap", async () => {
      const { port } = await putPort("10.87.0.12");
      const heard = hear(port.id, "port.up");
      const plug = { portId: port.id, mac: port.mac, mtu: 1400, deviceId: randomUUID() };
      drops.push(() => bench.driver.unplug(bench.host, port.id));
      const first = await bench.driver.plug(bench.host, plug);
      await heard;
      assert.equal(await bench.driver.isUp(port.id), true);
      assert.deepEqual(await bench.driver.plug(bench.host, plug), first);
      assert.equal((await tracesOf(port.id)).filter((t) => t.kind === "tap").length, 1);
    });

    test("an unplugged port goes down and leaves no tap", async () => {
      const { port } = await putPort("10.87.0.13");
      const up = hear(port.id, "port.up");
      await bench.driver.plug(bench.host, { portId: port.id, mac: port.mac, mtu: 1400, deviceId: randomUUID() });
      await up;
      const down = hear(port.id, "port.down");
      await bench.driver.unplug(bench.host, port.id);
      await down;
      assert.equal(await bench.driver.isUp(port.id), false);
      assert.equal((await tracesOf(port.id)).filter((t) => t.kind === "tap").length, 0);
    });

    test("a router takes legs and loses them again", async () => {
      const { network } = await putPort("10.87.0.14");
      const spec: RouterSpec = {
        id: randomUUID(),
        name: "law",
        enabled: true,
        interfaces: [{ portId: randomUUID(), networkId: network.id, mac: mac(), cidrs: ["10.87.0.1/24"] }],
        gateway: null,
        routes: [{ destination: "10.99.0.0/16", nexthop: "10.87.0.14" }],
      };
      drops.push(() => bench.driver.dropRouter(spec.id));
      await bench.driver.putRouter(spec);
      await bench.driver.putRouter({ ...spec, interfaces: [], routes: [] });
      assert.notDeepEqual(await tracesOf(spec.id), []);
      await bench.driver.dropRouter(spec.id);
      assert.deepEqual(await tracesOf(spec.id), []);
    });

    test("a floating address leads through a router to a port, and can be taken away", async () => {
      const { network, port } = await putPort("10.87.0.15");
      const outside = await putNetwork({ external: true });
      const router: RouterSpec = {
        id: randomUUID(),
        name: "law-out",
        enabled: true,
        interfaces: [{ portId: randomUUID(), networkId: network.id, mac: mac(), cidrs: ["10.87.0.1/24"] }],
        gateway: {
          portId: randomUUID(),
          networkId: outside.id,
          mac: mac(),
          cidrs: ["10.87.0.100/24"],
          nexthops: ["10.87.0.1"],
          snat: true,
        },
        routes: [],
      };
      drops.push(() => bench.driver.dropRouter(router.id));
      await bench.driver.putRouter(router);
      const spec = {
        id: randomUUID(),
        routerId: router.id,
        floatingIp: "10.87.0.101",
        fixedIp: "10.87.0.15",
        portId: port.id,
      };
      await bench.driver.putFloatingIp(spec);
      await bench.driver.putFloatingIp(spec);
      assert.equal((await tracesOf(spec.id)).length, 1);
      await bench.driver.dropFloatingIp(spec.id);
      assert.deepEqual(await tracesOf(spec.id), []);
    });

    test("a security group takes the newest rules, and is gone after a drop", async () => {
      const spec = await putGroup();
      await bench.driver.putSecurityGroup({ ...spec, rules: spec.rules.slice(0, 1) });
      assert.notDeepEqual(await tracesOf(spec.id), []);
      await bench.driver.dropSecurityGroup(spec.id);
      assert.deepEqual(await tracesOf(spec.id), []);
    });

    async function putNetwork(more: Partial<NetworkSpec> = {}) {
      const spec = { ...networkSpec(), ...more };
      drops.push(() => bench.driver.dropNetwork(spec.id));
      await bench.driver.putNetwork(spec);
      return spec;
    }

    async function putGroup() {
      const spec = groupSpec();
      drops.push(() => bench.driver.dropSecurityGroup(spec.id));
      await bench.driver.putSecurityGroup(spec);
      return spec;
    }

    async function putPort(ip: string) {
      const network = await putNetwork();
      const group = await putGroup();
      const port = { ...portOn(network, ip), host: bench.host, securityGroups: [group.id] };
      drops.push(() => bench.driver.dropPort(port.id));
      await bench.driver.putPort(port);
      return { network, group, port };
    }

    async function tracesOf(subject: string) {
      return (await bench.driver.traces()).filter((trace) => trace.subject === subject);
    }

    function hear(portId: string, kind: "port.up" | "port.down") {
      const { promise, resolve, reject } = Promise.withResolvers<void>();
      const late = setTimeout(() => reject(new Error(`no ${kind} within 20 s`)), 20_000);
      const stop = bench.driver.watch((event) => {
        if (event.portId === portId && event.kind === kind) resolve();
      });
      return promise.finally(() => {
        clearTimeout(late);
        stop();
      });
    }
  });
}

function networkSpec(): NetworkSpec {
  const subnet = {
    id: randomUUID(),
    cidr: "10.87.0.0/24",
    version: 4 as const,
    gatewayIp: "10.87.0.1",
    dhcp: true,
    dns: ["9.9.9.9"],
    hostRoutes: [],
  };
  return {
    id: randomUUID(),
    name: "law",
    mtu: 1400,
    external: false,
    provider: null,
    subnets: [subnet],
    metadata: null,
  };
}

function portOn(network: NetworkSpec, ip: string): PortSpec {
  return {
    id: randomUUID(),
    networkId: network.id,
    mac: mac(),
    ips: [{ ip, subnetId: network.subnets[0]!.id }],
    enabled: true,
    portSecurity: true,
    securityGroups: [],
    allowedPairs: [],
    host: null,
    hostname: "law",
  };
}

function groupSpec(): SecurityGroupSpec {
  const any = { protocol: null, portMin: null, portMax: null, remoteIp: null, remoteGroupId: null };
  const id = randomUUID();
  return {
    id,
    name: "law",
    stateful: true,
    rules: [
      { ...any, id: randomUUID(), direction: "egress", ethertype: "IPv4" },
      { ...any, id: randomUUID(), direction: "ingress", ethertype: "IPv4", remoteGroupId: id },
      { ...any, id: randomUUID(), direction: "ingress", ethertype: "IPv4", protocol: "tcp", portMin: 22, portMax: 22 },
      { ...any, id: randomUUID(), direction: "ingress", ethertype: "IPv4", protocol: "icmp", remoteIp: "10.0.0.0/8" },
    ],
  };
}

function mac() {
  return `fa:16:3e:${randomUUID().slice(0, 6).match(/../g)!.join(":")}`;
}
