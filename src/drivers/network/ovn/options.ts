import type { Log } from "#platform/log/log.ts";
import { centralSocket, type Places } from "./daemons/daemons.ts";
import type { NetworkAgent } from "./host/agent.ts";
import type { HostOptions } from "./host/host.ts";
import type { AnswerMetadata } from "./host/metadata.ts";

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
export const physicalName = ({ external }: OvnOptions) => external?.physicalNetwork ?? "public";

/** What of it is about this host, with what goes without saying filled in. */
export function hostOptions(options: OvnOptions, places: Places, answer: AnswerMetadata): HostOptions {
  const { host: name, log, sockets, bridges, datapath, namespace, prefix = "crunch" } = options;
  return {
    name,
    places,
    socket: sockets?.switch,
    remote: `unix:${sockets?.southbound ?? centralSocket(places)}`,
    encap: options.encap ?? { type: "geneve", ip: "127.0.0.1" },
    integration: bridges?.integration ?? "br-int",
    external: externalOptions(options, prefix),
    datapath,
    namespace,
    prefix,
    log,
    answer,
  };
}

function externalOptions(options: OvnOptions, prefix: string): HostOptions["external"] {
  const { external, bridges } = options;
  if (!external) return null;
  return {
    physicalNetwork: physicalName(options),
    gatewayCidr: external.gatewayCidr,
    bridge: bridges?.external ?? "br-ex",
    device: `${prefix}-ex`,
    masquerade: external.masquerade ?? false,
  };
}
