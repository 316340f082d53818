import type { Content } from "#platform/service/content.ts";
import type { Trace } from "#platform/service/trace.ts";

export interface SubnetSpec {
  readonly id: string;
  readonly cidr: string;
  readonly version: 4 | 6;
  readonly gatewayIp: string | null;
  readonly dhcp: boolean;
  readonly dns: readonly string[];
  readonly hostRoutes: readonly { readonly destination: string; readonly nexthop: string }[];
}
export interface NetworkSpec {
  readonly id: string;
  readonly name: string;
  readonly mtu: number;
  readonly external: boolean;
  /** Absent: an overlay network. "flat" and "vlan" lead to the physical network by a localnet port. */
  readonly provider: {
    readonly kind: "flat" | "vlan";
    readonly physicalNetwork: string;
    readonly vlan: number | null;
  } | null;
  readonly subnets: readonly SubnetSpec[];
  /** The port behind which 169.254.169.254 answers on every host. */
  readonly metadata: { readonly portId: string; readonly mac: string; readonly cidrs: readonly string[] } | null;
}
export interface PortSpec {
  readonly id: string;
  readonly networkId: string;
  readonly mac: string;
  readonly ips: readonly { readonly ip: string; readonly subnetId: string }[];
  readonly enabled: boolean;
  readonly portSecurity: boolean;
  readonly securityGroups: readonly string[];
  readonly allowedPairs: readonly { readonly ip: string; readonly mac: string | null }[];
  /** The host that may claim it; null: none yet. */
  readonly host: string | null;
  readonly hostname: string | null;
}
export interface RouterSpec {
  readonly id: string;
  readonly name: string;
  readonly enabled: boolean;
  readonly interfaces: readonly {
    readonly portId: string;
    readonly networkId: string;
    readonly mac: string;
    /** Address with prefix length: "10.0.0.1/24". */
    readonly cidrs: readonly string[];
  }[];
  readonly gateway: {
    readonly portId: string;
    readonly networkId: string;
    readonly mac: string;
    readonly cidrs: readonly string[];
    /** The external network's own gateways: default routes. */
    readonly nexthops: readonly string[];
    readonly snat: boolean;
  } | null;
  readonly routes: readonly { readonly destination: string; readonly nexthop: string }[];
}
export interface FloatingIpSpec {
  readonly id: string;
  readonly routerId: string;
  readonly floatingIp: string;
  readonly fixedIp: string;
  readonly portId: string;
}
export interface SecurityRuleSpec {
  readonly id: string;
  readonly direction: "ingress" | "egress";
  readonly ethertype: "IPv4" | "IPv6";
  /** Lower-case name or number as text; null: any. */
  readonly protocol: string | null;
  readonly portMin: number | null;
  readonly portMax: number | null;
  readonly remoteIp: string | null;
  readonly remoteGroupId: string | null;
}
export interface SecurityGroupSpec {
  readonly id: string;
  readonly name: string;
  readonly stateful: boolean;
  readonly rules: readonly SecurityRuleSpec[];
}
export interface PlugSpec {
  readonly portId: string;
  readonly mac: string;
  readonly mtu: number;
  /** The server that will open the tap; the agent derives the guest's own unprivileged user from it. */
  readonly deviceId: string;
}
export interface PortEvent {
  readonly kind: "port.up" | "port.down";
  readonly portId: string;
}
/** What the guest asked the metadata address, and from where. */
export interface MetadataQuestion {
  readonly networkId: string;
  readonly sourceIp: string;
  readonly method: string;
  readonly path: string;
  /** What a guest that posts says, when it is not too much. */
  readonly body?: string;
}
export interface MetadataAnswer {
  readonly status: number;
  readonly contentType: string;
  readonly body: Content;
}

/**
 * What network asks of the data plane. `put…` takes the whole wish and makes it so, whatever was there before; `drop…` finds
 * it gone already. Every call may be made twice.
 */
export interface NetworkDriver {
  /** The largest MTU that an overlay network's guest can use. */
  readonly overlayMtu: number;
  putNetwork(spec: NetworkSpec): Promise<void>;
  dropNetwork(id: string): Promise<void>;
  putPort(spec: PortSpec): Promise<void>;
  dropPort(id: string): Promise<void>;
  /** Makes the tap on the host and joins it to the integration bridge. */
  plug(host: string, spec: PlugSpec): Promise<{ readonly device: string }>;
  unplug(host: string, portId: string): Promise<void>;
  /** Whether the data plane has taken the port. "port.up" tells when it does. */
  isUp(portId: string): Promise<boolean>;
  putRouter(spec: RouterSpec): Promise<void>;
  dropRouter(id: string): Promise<void>;
  putFloatingIp(spec: FloatingIpSpec): Promise<void>;
  dropFloatingIp(id: string): Promise<void>;
  putSecurityGroup(spec: SecurityGroupSpec): Promise<void>;
  dropSecurityGroup(id: string): Promise<void>;
  /** Returns how to stop listening. */
  watch(hear: (event: PortEvent) => void): () => void;
  /** Who answers what guests ask of the metadata address. */
  serveMetadata(answer: (question: MetadataQuestion) => Promise<MetadataAnswer>): void;
  traces(): Promise<readonly Trace[]>;
}
