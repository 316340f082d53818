import type { Named } from "../resource/resource.ts";
import type { HostRoute } from "../subnet/subnet.ts";

export interface Router extends Named {
  readonly adminStateUp: boolean;
  readonly gatewayPortId: string | null;
  readonly enableSnat: boolean;
  readonly routes: readonly HostRoute[];
  readonly availabilityZoneHints: readonly string[];
  readonly realised: boolean;
}
