import { randomUUID } from "node:crypto";
import { createServer } from "node:net";
import { addNamespace, dropNamespace, inNamespace, ip, run } from "#agent/netns.ts";
import type {
  NetworkDriver,
  NetworkSpec,
  PortSpec,
  SecurityGroupSpec,
  SecurityRuleSpec,
} from "#services/network/driver.ts";
import type { Bench } from "./bench.testkit.ts";

/** A namespace that stands in a guest's place: its device is joined to the switch as the guest's tap would be. */
export interface Guest {
  readonly namespace: string;
  /** What a command says when it runs in the guest. */
  run(...command: readonly string[]): Promise<string>;
  /** Whether it reaches a TCP port within two seconds, and what it reads there. */
  read(address: string, port: number): Promise<string>;
  pings(address: string): Promise<boolean>;
  end(): Promise<void>;
}

export async function guest(bench: Bench, port: PortSpec, gateway: string | null, address = true): Promise<Guest> {
  const mark = randomUUID().slice(0, 6);
  const [namespace, device] = [`${bench.namespace}-${mark}`, `vg${mark}`];
  await addNamespace(namespace);
  await ip(
    bench.namespace,
    `link add ${device} type veth peer name eth0 netns ${namespace}`,
    `link set dev ${device} up`,
  );
  await ip(
    namespace,
    "link set dev lo up",
    `link set dev eth0 address ${port.mac} mtu 1400 up`,
    ...(address ? port.ips.map((each) => `address add ${each.ip}/24 dev eth0`) : []),
    ...(address && gateway ? [`route add default via ${gateway}`] : []),
  );
  await run(["ethtool", "-K", "eth0", "tx", "off"], { namespace });
  const up = comesUp(bench.driver, port.id);
  const vsctl = ["ovs-vsctl", `--db=unix:${bench.options.stateDir}/host/db.sock`, "--no-wait"];
  await run([
    ...vsctl,
    "add-port",
    "br-int",
    device,
    "--",
    "set",
    "Interface",
    device,
    `external_ids:iface-id=${port.id}`,
  ]);
  await up;
  return {
    namespace,
    run: (...command) => run(command, { namespace }),
    read: (to, tcp) => read(namespace, to, tcp),
    pings: (to) => pings(namespace, to),
    end: async () => {
      await run([...vsctl, "del-port", device]);
      await dropNamespace(namespace);
    },
  };
}

export function comesUp(driver: NetworkDriver, portId: string): Promise<void> {
  const { promise, resolve } = Promise.withResolvers<void>();
  const stop = driver.watch(({ kind, portId: id }) => kind === "port.up" && id === portId && resolve());
  return promise.finally(stop);
}

export const read = (namespace: string, address: string, port: number) =>
  run(["timeout", "2", "busybox", "nc", address, String(port)], { namespace }).catch(() => "nothing");

export const pings = (namespace: string, address: string) =>
  run(["busybox", "ping", "-c", "1", "-W", "1", address], { namespace }).then(
    () => true,
    () => false,
  );

/** Tells everyone who connects who they are; a guest may hang up before it has heard it. */
export async function greet(namespace: string, port: number) {
  const server = createServer((socket) => {
    socket.on("error", () => socket.destroy());
    socket.end(`hello ${socket.remoteAddress?.replace("::ffff:", "")}`);
  });
  await inNamespace(namespace, () => server.listen({ port }));
  return () => server.close();
}

export function networkSpec(more: Partial<NetworkSpec> & { readonly cidr: string }): NetworkSpec {
  const base = more.cidr.replace(/\.0\/24$/, "");
  const subnet = {
    id: randomUUID(),
    cidr: more.cidr,
    version: 4 as const,
    gatewayIp: `${base}.1`,
    dhcp: true,
    dns: ["9.9.9.9"],
    hostRoutes: [],
  };
  const { cidr: _, ...rest } = more;
  return {
    id: randomUUID(),
    name: "test",
    mtu: 1400,
    external: false,
    provider: null,
    subnets: [subnet],
    metadata: null,
    ...rest,
  };
}

export function portSpec(network: NetworkSpec, ip: string, more: Partial<PortSpec> = {}): PortSpec {
  return {
    id: randomUUID(),
    networkId: network.id,
    mac: anyMac(),
    ips: [{ ip, subnetId: network.subnets[0]!.id }],
    enabled: true,
    portSecurity: true,
    securityGroups: [],
    allowedPairs: [],
    host: null,
    hostname: "guest",
    ...more,
  };
}

export function groupSpec(...rules: readonly Partial<SecurityRuleSpec>[]): SecurityGroupSpec {
  const any = { protocol: null, portMin: null, portMax: null, remoteIp: null, remoteGroupId: null };
  const common = { ...any, direction: "ingress" as const, ethertype: "IPv4" as const };
  const all = [{ direction: "egress" as const }, ...rules].map((rule) => ({ id: randomUUID(), ...common, ...rule }));
  return { id: randomUUID(), name: "test", stateful: true, rules: all };
}

export const anyMac = () => `fa:16:3e:${randomUUID().slice(0, 6).match(/../g)!.join(":")}`;
