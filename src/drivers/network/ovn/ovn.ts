import type { Log } from "#platform/log/log.ts";
import { Refused, Unavailable } from "#platform/service/driver.ts";
import type { Trace } from "#platform/service/trace.ts";
import type { MetadataQuestion, NetworkDriver, PortEvent } from "#services/network/driver.ts";
import { daemon } from "./daemons/daemon.ts";
import { centralDaemons, centralSocket, placesIn } from "./daemons/daemons.ts";
import type { NetworkAgent } from "./host/agent.ts";
import { localHost } from "./host/host.ts";
import type { AnswerMetadata } from "./host/metadata.ts";
import { metadataOf, networkPlan } from "./model/network.ts";
import { type Kind, nothing } from "./model/owned.ts";
import { networkOfPort, portPlan, portRef, portState } from "./model/port.ts";
import { floatingIpPlan, routerPlan } from "./model/router.ts";
import { securityGroupPlan } from "./model/security-group.ts";
import { editor } from "./ovsdb/edit.ts";
import { type Replica, replicate } from "./ovsdb/replica.ts";
import { northbound } from "./tables.ts";

export interface OvnOptions {
  /** Where the daemons keep their databases, sockets, pid files and logs. */
  readonly stateDir: string;
  /** This host's name, as ports are bound to it. */
  readonly host: string;
  readonly log: Log;
  /** The network to the outside. */
  readonly external?: {
    /** The name by which provider networks ask for it; "public" unless told. */
    readonly physicalNetwork?: string;
    /** The host's own address on it, "172.24.4.1/24": what its subnet has as gateway. */
    readonly gatewayCidr?: string;
    readonly masquerade?: boolean;
  };
  /** An OVN that somebody else runs. */
  readonly sockets?: { readonly northbound: string; readonly switch: string; readonly southbound: string };
  readonly encap?: { readonly type: string; readonly ip: string };
  readonly overlayMtu?: number;
  readonly datapath?: "netdev" | "system";
  readonly bridges?: { readonly integration?: string; readonly external?: string };
  /** What names of namespaces, the external device and the firewall table start with; at most 8 letters. */
  readonly prefix?: string;
  /** The network namespace that plays the host, for several hosts on one machine. */
  readonly namespace?: string;
  /** Other hosts. */
  readonly agents?: Readonly<Record<string, NetworkAgent>>;
}
export interface OvnNetwork extends NetworkDriver {
  start(): Promise<void>;
  /** Leaves the daemons and the guests' network as they are, unless `everything` is to go. */
  stop(options?: { readonly everything?: boolean }): Promise<void>;
}

const startWithin = 20_000;
/** What geneve takes of 1500. */
const geneveMtu = 1442;

/** The data plane by OVN: logical networks are rows of its northbound database, guests' devices are ports of a switch. */
export function ovnNetwork(options: OvnOptions): OvnNetwork {
  const { stateDir, host: name, log, sockets, prefix = "crunch" } = options;
  const places = placesIn(stateDir);
  const path = sockets?.northbound ?? centralSocket(places);
  const central = sockets ? [] : centralDaemons(places).map((spec) => daemon(spec, log));
  const replica = replicate({ path, database: "OVN_Northbound", tables: northbound, log });
  const edit = editor(replica);
  const physicalNetwork = options.external?.physicalNetwork ?? "public";
  let answerMetadata: AnswerMetadata = async () => ({ status: 503, contentType: "text/plain", body: "Not yet" });
  const host = localHost({
    name,
    places,
    socket: sockets?.switch,
    remote: sockets ? `unix:${sockets.southbound}` : `unix:${centralSocket(places)}`,
    encap: options.encap ?? { type: "geneve", ip: "127.0.0.1" },
    integration: options.bridges?.integration ?? "br-int",
    external: options.external
      ? {
          physicalNetwork,
          gatewayCidr: options.external.gatewayCidr,
          bridge: options.bridges?.external ?? "br-ex",
          device: `${prefix}-ex`,
          masquerade: options.external.masquerade ?? false,
        }
      : null,
    datapath: options.datapath,
    namespace: options.namespace,
    prefix,
    log,
    answer: (question: MetadataQuestion) => answerMetadata(question),
  });
  const agents = new Map<string, NetworkAgent>([...Object.entries(options.agents ?? {}), [name, host.agent]]);
  const physicalNetworks = new Set(options.external ? [physicalNetwork] : []);
  const drop = (kind: Kind, id: string) => edit(() => nothing(replica, kind, id));

  return {
    overlayMtu: options.overlayMtu ?? geneveMtu,
    start,
    stop,
    putNetwork: async (spec) => {
      await edit(() => networkPlan(replica, spec, physicalNetworks));
      await openMetadata();
    },
    dropNetwork: async (id) => {
      await drop("network", id);
      await openMetadata();
    },
    putPort: async (spec) => {
      await edit(() => portPlan(replica, spec));
      await openMetadata();
    },
    dropPort: async (id) => {
      await drop("port", id);
      await openMetadata();
    },
    plug: async (on, spec) => {
      const plugged = await agentOf(on).plug(spec);
      const networkId = networkOfPort(replica, spec.portId);
      const failed = await openMetadata();
      if (networkId && failed.includes(networkId))
        throw new Unavailable(`Network ${networkId} has no metadata address here`);
      return plugged;
    },
    unplug: async (on, portId) => {
      await agentOf(on).unplug(portId);
      await openMetadata();
    },
    isUp: async (portId) => {
      replica.check();
      return portState(replica.row("Logical_Switch_Port", portRef(portId).uuid))?.up ?? false;
    },
    putRouter: (spec) => edit(() => routerPlan(replica, spec, [name])),
    dropRouter: (id) => drop("router", id),
    putFloatingIp: (spec) => edit(() => floatingIpPlan(replica, spec)),
    dropFloatingIp: (id) => drop("floating-ip", id),
    putSecurityGroup: (spec) => edit(() => securityGroupPlan(replica, spec)),
    dropSecurityGroup: (id) => drop("security-group", id),
    watch: (hear) => watchPorts(replica, hear),
    serveMetadata: (answer) => {
      answerMetadata = answer;
    },
    traces: async () => {
      replica.check();
      const ofHosts = await Promise.all([...agents.values()].map((agent) => agent.traces()));
      return [...rowTraces(replica), ...ofHosts.flat()];
    },
  };

  async function start() {
    for (const each of central) await each.start();
    await replica.until(() => true, startWithin, `The northbound database at ${path}`);
    await host.start();
    await openMetadata();
  }

  async function stop({ everything = false } = {}) {
    await host.stop(everything);
    replica.close();
    for (const each of central.toReversed()) await (everything ? each.end() : each.release());
  }

  function agentOf(on: string): NetworkAgent {
    const agent = agents.get(on);
    if (!agent) throw new Refused(`The network knows no host ${on}`);
    return agent;
  }

  /** Each host answers for metadata on those networks that a port there is plugged into. */
  async function openMetadata(): Promise<readonly string[]> {
    const failed = await Promise.all([...agents.values()].map(openMetadataAt));
    return failed.flat();
  }

  async function openMetadataAt(agent: NetworkAgent) {
    const plugged = await agent.plugged();
    const networks = new Set(plugged.flatMap((portId) => networkOfPort(replica, portId) ?? []));
    return agent.openMetadata([...networks].flatMap((networkId) => metadataOf(replica, networkId) ?? []));
  }
}

function watchPorts(replica: Replica, hear: (event: PortEvent) => void) {
  return replica.watch(({ table }, was, is) => {
    if (table !== "Logical_Switch_Port") return;
    const [before, after] = [portState(was), portState(is)];
    const portId = (after ?? before)?.portId;
    if (!portId || (before?.up ?? false) === (after?.up ?? false)) return;
    hear({ kind: after?.up ? "port.up" : "port.down", portId });
  });
}

const kinds: Readonly<Record<string, string>> = {
  Logical_Switch: "logical switch",
  Logical_Switch_Port: "logical switch port",
  DHCP_Options: "DHCP options",
  Port_Group: "port group",
  ACL: "ACL",
  Logical_Router: "logical router",
  Logical_Router_Port: "logical router port",
  Gateway_Chassis: "gateway chassis",
  Logical_Router_Static_Route: "static route",
  NAT: "NAT",
};

function rowTraces(replica: Replica): readonly Trace[] {
  return Object.keys(northbound).flatMap((table) =>
    [...replica.rows(table)].flatMap(([uuid, { external_ids: ids }]) => {
      const subject = ids instanceof Map ? ids.get("crunch:id") : undefined;
      return subject ? [{ kind: kinds[table]!, subject: String(subject), where: `${table}/${uuid}` }] : [];
    }),
  );
}
