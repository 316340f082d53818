import type { Named } from "../resource/resource.ts";

export interface NetworkRow extends Named {
  readonly adminStateUp: boolean;
  readonly shared: boolean;
  readonly external: boolean;
  readonly isDefault: boolean;
  readonly mtu: number;
  readonly portSecurityEnabled: boolean;
  readonly networkType: "geneve" | "flat" | "vlan";
  readonly physicalNetwork: string | null;
  readonly segmentationId: number | null;
  readonly dnsDomain: string;
  readonly availabilityZoneHints: readonly string[];
  readonly realised: boolean;
}

/** The device id of a network's metadata port. */
export function metadataDevice(networkId: string): string {
  return `ovnmeta-${networkId}`;
}

export const smallestMtu = 68;
const physicalMtu = 1500;
const geneveMtu = 1442;

/** What fits: an overlay's header takes its part of the physical network's bytes. */
export function largestMtu(type: string | null, overlayMtu = geneveMtu): number {
  return type === "flat" || type === "vlan" ? physicalMtu : overlayMtu;
}
