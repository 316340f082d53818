import type { Standard } from "../resource/resource.ts";

export interface FloatingIp extends Standard {
  readonly floatingNetworkId: string;
  readonly floatingPortId: string;
  readonly floatingIpAddress: string;
  readonly portId: string | null;
  readonly fixedIpAddress: string | null;
  readonly routerId: string | null;
  readonly status: string;
  readonly dnsName: string;
  readonly dnsDomain: string;
  readonly tags: readonly string[];
}
