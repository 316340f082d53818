import { Elsewhere, Unavailable } from "#platform/service/driver.ts";
import type { NetworkDriver } from "#services/network/driver.ts";
import { daemon } from "./daemons/daemon.ts";
import { centralDaemons, centralSocket, placesIn } from "./daemons/daemons.ts";
import type { NetworkAgent } from "./host/agent.ts";
import { localHost } from "./host/host.ts";
import type { AnswerMetadata } from "./host/metadata.ts";
import { metadataOf, networkPlan } from "./model/network.ts";
import { type Kind, nothing } from "./model/owned.ts";
import { networkOfPort, portPlan, portRef, portState } from "./model/port.ts";
import { watchPorts } from "./model/port-events.ts";
import { floatingIpPlan, routerPlan } from "./model/router.ts";
import { securityGroupPlan } from "./model/security-group.ts";
import { rowTraces } from "./model/traces.ts";
import { hostOptions, type OvnOptions, physicalName } from "./options.ts";
import { editor } from "./ovsdb/edit.ts";
import { replicate } from "./ovsdb/replica.ts";
import { northbound } from "./tables.ts";

export interface OvnNetwork extends NetworkDriver {
  start(): Promise<void>;
  /** Leaves the daemons and the guests' network as they are, unless `everything` is to go. */
  stop(options?: { readonly everything?: boolean }): Promise<void>;
}

const startWithin = 20_000;
/** What geneve takes of 1500. */
const geneveMtu = 1442;

export type { OvnOptions } from "./options.ts";

/** The data plane by OVN: logical networks are rows of its northbound database, guests' devices are ports of a switch. */
export function ovnNetwork(options: OvnOptions): OvnNetwork {
  const { stateDir, host: name, log, sockets } = options;
  const places = placesIn(stateDir);
  const path = sockets?.northbound ?? centralSocket(places);
  const central = sockets ? [] : centralDaemons(places).map((spec) => daemon(spec, log));
  const replica = replicate({ path, database: "OVN_Northbound", tables: northbound, log });
  const edit = editor(replica);
  let answerMetadata: AnswerMetadata = async () => ({ status: 503, contentType: "text/plain", body: "Not yet" });
  const host = localHost(hostOptions(options, places, (question) => answerMetadata(question)));
  const agents = new Map<string, NetworkAgent>([...Object.entries(options.agents ?? {}), [name, host.agent]]);
  const physicalNetworks = new Set(options.external ? [physicalName(options)] : []);
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
    if (!agent) throw new Elsewhere(on);
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
