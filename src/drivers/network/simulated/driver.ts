import { Unavailable } from "#platform/service/driver.ts";
import type { Trace } from "#platform/service/trace.ts";
import type {
  FloatingIpSpec,
  MetadataAnswer,
  MetadataQuestion,
  NetworkDriver,
  NetworkSpec,
  PlugSpec,
  PortEvent,
  PortSpec,
  RouterSpec,
  SecurityGroupSpec,
} from "#services/network/driver.ts";

/** How a named call fails, and how many times yet. */
export interface Fault {
  readonly how: "throw" | "hang";
  /** What is thrown; Unavailable where nothing is said. */
  readonly error?: Error;
  times: number;
}
export interface Plugged extends PlugSpec {
  readonly host: string;
  readonly device: string;
}
/** The data plane as maps, open for tests to look into. */
export interface SimulatedNetwork extends NetworkDriver {
  readonly networks: Map<string, NetworkSpec>;
  readonly ports: Map<string, PortSpec>;
  readonly plugged: Map<string, Plugged>;
  readonly up: Set<string>;
  readonly routers: Map<string, RouterSpec>;
  readonly floatingIps: Map<string, FloatingIpSpec>;
  readonly securityGroups: Map<string, SecurityGroupSpec>;
  /** By name of the call: `faults.set("putPort", { how: "throw", times: 2 })`. */
  readonly faults: Map<string, Fault>;
  /** How often each call was made. */
  readonly calls: Map<string, number>;
  askMetadata(networkId: string, ip: string, path: string): Promise<MetadataAnswer>;
}

/** A data plane that is nothing but maps, with failures on demand. */
export function simulatedNetwork(): SimulatedNetwork {
  const networks = new Map<string, NetworkSpec>();
  const ports = new Map<string, PortSpec>();
  const plugged = new Map<string, Plugged>();
  const up = new Set<string>();
  const routers = new Map<string, RouterSpec>();
  const floatingIps = new Map<string, FloatingIpSpec>();
  const securityGroups = new Map<string, SecurityGroupSpec>();
  const faults = new Map<string, Fault>();
  const calls = new Map<string, number>();
  const hearers = new Set<(event: PortEvent) => void>();
  let answerer: ((question: MetadataQuestion) => Promise<MetadataAnswer>) | undefined;

  return {
    overlayMtu: 1442,
    networks,
    ports,
    plugged,
    up,
    routers,
    floatingIps,
    securityGroups,
    faults,
    calls,
    async putNetwork(spec) {
      await enter("putNetwork");
      networks.set(spec.id, spec);
    },
    async dropNetwork(id) {
      await enter("dropNetwork");
      networks.delete(id);
    },
    async putPort(spec) {
      await enter("putPort");
      if (!networks.has(spec.networkId)) throw new Unavailable(`network ${spec.networkId} is not there yet`);
      ports.set(spec.id, spec);
      look(spec.id);
    },
    async dropPort(id) {
      await enter("dropPort");
      ports.delete(id);
      look(id);
    },
    async plug(host, spec) {
      await enter("plug");
      const device = `tap${spec.portId.slice(0, 11)}`;
      plugged.set(spec.portId, { ...spec, host, device });
      look(spec.portId);
      return { device };
    },
    async unplug(host, portId) {
      await enter("unplug");
      if (plugged.get(portId)?.host !== host) return;
      plugged.delete(portId);
      look(portId);
    },
    async isUp(portId) {
      await enter("isUp");
      return up.has(portId);
    },
    async putRouter(spec) {
      await enter("putRouter");
      const legs = spec.gateway ? [...spec.interfaces, spec.gateway] : spec.interfaces;
      const missing = legs.find((leg) => !networks.has(leg.networkId));
      if (missing) throw new Unavailable(`network ${missing.networkId} is not there yet`);
      routers.set(spec.id, spec);
    },
    async dropRouter(id) {
      await enter("dropRouter");
      routers.delete(id);
    },
    async putFloatingIp(spec) {
      await enter("putFloatingIp");
      if (!routers.has(spec.routerId)) throw new Unavailable(`router ${spec.routerId} is not there yet`);
      floatingIps.set(spec.id, spec);
    },
    async dropFloatingIp(id) {
      await enter("dropFloatingIp");
      floatingIps.delete(id);
    },
    async putSecurityGroup(spec) {
      await enter("putSecurityGroup");
      securityGroups.set(spec.id, spec);
    },
    async dropSecurityGroup(id) {
      await enter("dropSecurityGroup");
      securityGroups.delete(id);
    },
    watch(hear) {
      hearers.add(hear);
      return () => hearers.delete(hear);
    },
    serveMetadata(answer) {
      answerer = answer;
    },
    async askMetadata(networkId, ip, path) {
      if (!answerer) throw new Unavailable("nobody answers metadata yet");
      return answerer({ networkId, sourceIp: ip, method: "GET", path });
    },
    async traces() {
      return [
        ...traced("network", networks.keys()),
        ...traced("port", ports.keys()),
        ...[...plugged.values()].map((p) => ({ kind: "tap", subject: p.portId, where: `${p.host}:${p.device}` })),
        ...traced("router", routers.keys()),
        ...traced("floating ip", floatingIps.keys()),
        ...traced("security group", securityGroups.keys()),
      ];
    },
  };

  async function enter(call: string) {
    calls.set(call, (calls.get(call) ?? 0) + 1);
    const fault = faults.get(call);
    if (!fault || fault.times <= 0) return;
    fault.times -= 1;
    if (fault.how === "hang") await new Promise(() => {});
    throw fault.error ?? new Unavailable(`${call} fails on demand`);
  }

  /** A port is up while it is plugged into the host that may claim it. */
  function look(id: string) {
    const host = ports.get(id)?.host;
    const isUp = typeof host === "string" && plugged.get(id)?.host === host;
    if (isUp === up.has(id)) return;
    if (isUp) up.add(id);
    else up.delete(id);
    queueMicrotask(() => tell({ kind: isUp ? "port.up" : "port.down", portId: id }));
  }

  function tell(event: PortEvent) {
    for (const hear of hearers) hear(event);
  }
}

function traced(kind: string, ids: Iterable<string>): Trace[] {
  return [...ids].map((id) => ({ kind, subject: id, where: "memory" }));
}
