import type { Named } from "../resource/resource.ts";

export interface AddressPair {
  readonly ip_address: string;
  readonly mac_address: string;
}
export interface Port extends Named {
  readonly networkId: string;
  readonly adminStateUp: boolean;
  readonly macAddress: string;
  readonly status: string;
  readonly deviceId: string;
  readonly deviceOwner: string;
  readonly portSecurityEnabled: boolean;
  readonly allowedAddressPairs: readonly AddressPair[];
  readonly extraDhcpOpts: readonly object[];
  readonly dnsName: string;
  readonly dnsDomain: string;
  readonly vnicType: string;
  readonly bindingProfile: object;
  readonly host: string;
  readonly madeForServer: boolean;
  readonly nicTag: string | null;
  readonly nicOrder: number;
  readonly fault: string | null;
}
export interface Address {
  readonly portId: string;
  readonly subnetId: string;
  readonly ip: string;
  readonly place: number;
}
export interface Tap {
  readonly portId: string;
  readonly host: string;
  readonly serverId: string;
  readonly device: string | null;
}

export const owners = {
  metadata: "network:distributed",
  routerInterface: "network:router_interface",
  routerGateway: "network:router_gateway",
  floatingIp: "network:floatingip",
} as const;

/** Whether the data plane has the port as a switch port of its own: what the service keeps for itself is part of other specs. */
export function isSwitchPort({ deviceOwner }: Pick<Port, "deviceOwner">): boolean {
  return !(Object.values(owners) as string[]).includes(deviceOwner);
}

/** A MAC of OpenStack's own prefix from a fresh uuid. */
export function macFrom(uuid: string): string {
  return `fa:16:3e:${uuid.replaceAll("-", "").slice(0, 6).match(/../g)!.join(":")}`;
}

/** The status of a port that nobody has wired. */
export function initialStatus(deviceOwner: string): string {
  if (deviceOwner === owners.floatingIp) return "N/A";
  return deviceOwner.startsWith("network:router") ? "ACTIVE" : "DOWN";
}
