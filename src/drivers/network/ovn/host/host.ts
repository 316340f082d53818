import { access } from "node:fs/promises";
import { findLink, ip, run } from "#agent/netns.ts";
import type { Log } from "#platform/log/log.ts";
import { runningPid } from "../daemons/control.ts";
import { type Daemon, daemon } from "../daemons/daemon.ts";
import { hostDaemons, hostSocket, type Places } from "../daemons/daemons.ts";
import { networkOf } from "../model/addresses.ts";
import { editor } from "../ovsdb/edit.ts";
import { type Replica, replicate } from "../ovsdb/replica.ts";
import { openVSwitch } from "../tables.ts";
import { dropTaps, localAgent, type NetworkAgent } from "./agent.ts";
import { type BridgeWish, bridgeId, bridgesPlan } from "./bridges.ts";
import { dropExternal, putExternal } from "./external.ts";
import { dropFirewall, putFirewall } from "./firewall.ts";
import { type HostScope, settled } from "./join.ts";
import { type AnswerMetadata, type MetadataDoors, metadataDoors } from "./metadata.ts";

export interface ExternalOptions {
  readonly physicalNetwork: string;
  /** The host's address on it: "172.24.4.1/24". Absent: the host is not on it. */
  readonly gatewayCidr?: string;
  readonly bridge: string;
  readonly device: string;
  /** Lets guests out into the world behind the host's address. */
  readonly masquerade: boolean;
}
export interface HostOptions {
  readonly name: string;
  readonly places: Places;
  /** Absent: the switch is this driver's own, and started by it. */
  readonly socket?: string;
  /** Where the southbound database is: "unix:…", "ssl:…", "tcp:…". */
  readonly remote: string;
  readonly encap: { readonly type: string; readonly ip: string };
  readonly integration: string;
  readonly external: ExternalOptions | null;
  readonly datapath?: "netdev" | "system";
  readonly namespace?: string;
  readonly prefix: string;
  readonly log: Log;
  readonly answer: AnswerMetadata;
}
export interface Host {
  readonly agent: NetworkAgent;
  start(): Promise<void>;
  /** `everything`: the daemons end too, and no device or namespace is left. */
  stop(everything: boolean): Promise<void>;
}

const [startWithin, clearWithin] = [20_000, 2_000];

/** This machine as a host of the network: its switch, the daemons that drive it, and what guests plug into. */
export function localHost(options: HostOptions): Host {
  const { places, namespace, integration, log, prefix, external } = options;
  const daemons = options.socket ? [] : ownDaemons(options);
  const path = options.socket ?? hostSocket(places);
  const replica = replicate({ path, database: "Open_vSwitch", tables: openVSwitch, log });
  const scope: HostScope = { replica, edit: editor(replica), integration, prefix, namespace };
  const doors = metadataDoors({ host: scope, log, prefix, answer: options.answer });
  return { agent: localAgent(scope, doors), start, stop };

  async function start() {
    const [database, ...others] = daemons;
    await database?.start();
    await replica.until(() => true, startWithin, `The switch's database at ${path}`);
    await configure(options, scope);
    for (const each of others) await each.start();
    await settled(replica, startWithin);
    if (daemons.length > 0) requireBridge(replica, integration);
    if (external?.gatewayCidr) await putExternal(scope, { ...external, gatewayCidr: external.gatewayCidr });
    await firewall(options);
  }

  async function stop(everything: boolean) {
    await doors.stop();
    if (everything) await clear(options, scope, doors);
    replica.close();
    for (const each of daemons.toReversed()) await (everything ? each.end() : each.release());
    if (everything && !options.socket) await dropBridges(options);
  }
}

function ownDaemons({ places, namespace, log }: HostOptions): readonly Daemon[] {
  const { database, vswitch, controller } = hostDaemons(places, namespace);
  return [database, vswitch, controller].map((spec) => daemon(spec, log));
}

async function configure(options: HostOptions, { replica, edit }: HostScope) {
  const { name, remote, encap, integration, external, socket } = options;
  const datapath = options.datapath ?? chosenDatapath(replica, integration) ?? (await bestDatapath());
  const mappings = external ? { [external.physicalNetwork]: external.bridge } : {};
  const chassis = { name, remote, encap, integration, datapath, mappings };
  const bridges: BridgeWish[] = [{ name: integration, datapath, mode: "secure" }];
  if (external) bridges.push({ name: external.bridge, datapath, mode: "standalone" });
  await edit(() => bridgesPlan(replica, chassis, socket ? [] : bridges));
}

/** Without its bridge no port would ever come up, and nobody would be told why. */
function requireBridge(replica: Replica, integration: string) {
  const { datapath_id: made, datapath_type: type } = replica.row("Bridge", bridgeId(replica, integration)) ?? {};
  if (typeof made === "string" && made !== "") return;
  const one =
    "Another Open vSwitch runs in the same network namespace, and its packets can go through one userspace switch only";
  throw new Error(
    `The switch cannot make its bridge ${integration}. ${type === "netdev" ? `${one}: stop that one first.` : "Its log says why."}`,
  );
}

type Datapath = "netdev" | "system";

/** What was chosen once stays: guests hang on it. */
function chosenDatapath(replica: Replica, integration: string) {
  const type = replica.row("Bridge", bridgeId(replica, integration))?.datapath_type;
  return type === "netdev" || type === "system" ? (type as Datapath) : undefined;
}

/** The kernel's switch belongs to one daemon alone: where the system runs its own, this one stays out of the kernel. */
async function bestDatapath(): Promise<Datapath> {
  const taken = await runningPid("/run/openvswitch/ovs-vswitchd.pid");
  return !taken && (await kernelHasSwitch()) ? "system" : "netdev";
}

const kernelHasSwitch = () =>
  run(["modprobe", "openvswitch"])
    .then(() => access("/sys/module/openvswitch"))
    .then(
      () => true,
      () => false,
    );

async function firewall({ namespace, prefix, external, log }: HostOptions) {
  const cidr = external?.masquerade && external.gatewayCidr ? networkOf(external.gatewayCidr) : null;
  const masquerade = cidr ? { cidr, device: external!.device } : null;
  await putFirewall({ namespace, table: prefix, masquerade }).catch((error: Error) =>
    log.warn({ err: error }, "no nftables: a guest may reach this host past its security groups"),
  );
}

async function clear({ namespace, prefix, external, log }: HostOptions, scope: HostScope, doors: MetadataDoors) {
  await scope.replica.until(() => true, clearWithin, "The switch's database").catch(() => undefined);
  const parts: (() => Promise<unknown>)[] = [
    () => doors.open([]),
    () => dropTaps(scope),
    async () => external && dropExternal(scope, external.device),
    () => dropFirewall({ namespace, table: prefix }),
  ];
  for (const part of parts) {
    await part().catch((error: Error) => log.warn({ err: error }, "something of the network is left"));
  }
}

/** The userspace switch leaves the devices of its bridges behind when it ends. */
async function dropBridges({ namespace, integration, external }: HostOptions) {
  for (const device of [integration, ...(external ? [external.bridge] : [])])
    if (await findLink(namespace, device)) await ip(namespace, `link delete dev ${device}`);
}
