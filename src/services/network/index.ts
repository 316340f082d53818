import type { Actor } from "#platform/api/rules.ts";
import type { Join } from "#platform/store/join.ts";

export interface WantedNic {
  readonly networkId?: string;
  readonly portId?: string;
  readonly fixedIp?: string;
  readonly tag?: string;
}
export interface WantedPorts {
  readonly serverId: string;
  readonly serverName: string;
  readonly actor: Actor;
  readonly networks: "auto" | "none" | readonly WantedNic[];
  /** Names or ids; empty: the project's default group. */
  readonly securityGroups: readonly string[];
}
export interface Nic {
  readonly portId: string;
  readonly networkId: string;
  readonly networkName: string;
  readonly mac: string;
  readonly mtu: number;
  /** The tap, once the port is plugged. */
  readonly device: string | null;
  /** "ACTIVE", "DOWN", "BUILD": as the Network API shows it. */
  readonly status: string;
  readonly tag: string | null;
  readonly ips: readonly NicIp[];
}
export interface NicIp {
  readonly ip: string;
  readonly version: 4 | 6;
  readonly subnetId: string;
  readonly cidr: string;
  readonly gatewayIp: string | null;
  readonly dns: readonly string[];
  readonly floatingIps: readonly string[];
}
/** What a list of servers says of an address. */
export interface ServerAddress {
  readonly serverId: string;
  readonly networkName: string;
  readonly mac: string;
  /** Null: the port has none. */
  readonly ip: string | null;
  readonly version: 4 | 6;
  /** Those that lead to it; null: none. */
  readonly floatingIps: readonly string[] | null;
}
/**
 * What neighbours may ask of network. Ports come and go in the caller's transaction; what the data plane has to do for that is
 * network's own saga, whose end is the event "port.wired" { portId, serverId } or "port.unwired" { portId, serverId }.
 */
export interface Network {
  /** Makes or takes the ports of a server, in order; throws ApiErrors with Nova's sentences (400, 403, 404, 409). Returns their ids. */
  takePorts(tx: Join, want: WantedPorts): Promise<readonly string[]>;
  /** Binds the server's ports to a host and starts wiring those that are not wired. */
  bindPorts(tx: Join, serverId: string, host: string): Promise<void>;
  /** Throws Refused if one of them cannot be wired. */
  areWired(tx: Join, serverId: string): Promise<boolean>;
  /** Unplugs the server's ports from their host (they stay). */
  unbindPorts(tx: Join, serverId: string): Promise<void>;
  /** Deletes the ports that takePorts made and frees those that it took; their taps and rows outside go by saga. `portId`: only that one. */
  releasePorts(tx: Join, serverId: string, portId?: string): Promise<void>;
  /** Whether a port that the server had is entirely gone from its host. */
  areUnplugged(tx: Join, serverId: string): Promise<boolean>;
  nics(tx: Join, serverId: string): Promise<readonly Nic[]>;
  /** The addresses of many servers in one question, in the order of their cards. */
  addressesOf(tx: Join, serverIds: readonly string[]): Promise<ReadonlyMap<string, readonly ServerAddress[]>>;
  securityGroupsOf(
    tx: Join,
    serverIds: readonly string[],
  ): Promise<ReadonlyMap<string, readonly { id: string; name: string }[]>>;
  /** os addSecurityGroup and removeSecurityGroup. */
  changeSecurityGroup(tx: Join, actor: Actor, serverId: string, how: "add" | "remove", nameOrId: string): Promise<void>;
  /** Which server has this address on this network: who asks for metadata. */
  serverAt(tx: Join, networkId: string, ip: string): Promise<string | undefined>;
}
