import { service } from "#platform/service/kit.ts";
import { realiseFloatingIp } from "./floating-ip/realise.saga.ts";
import type { NetworkScope } from "./kit.ts";
import { networkRoutes } from "./network/network.api.ts";
import { realiseNetwork } from "./network/realise.saga.ts";
import { networkOffer } from "./offer.ts";
import { realisePort } from "./port/realise.saga.ts";
import { errorBody } from "./refusals.ts";
import { realiseRouter } from "./router/realise.saga.ts";
import { realiseGroup } from "./security-group/realise.saga.ts";
import { versionRoutes } from "./version.api.ts";
import { versions } from "./versions.ts";

/** Networks, their ports and addresses, the routers between them, and who may talk to whom. */
export const network = service<NetworkScope>({
  type: "network",
  mounts: ["/network"],
  root: "/v2.0",
  versions,
  routes: [...versionRoutes, ...networkRoutes],
  sagas: [realiseNetwork, realisePort, realiseRouter, realiseFloatingIp, realiseGroup],
  loops: [],
  migrations: new URL("./migrations/", import.meta.url),
  offer: { network: networkOffer },
  tells: [
    "port.wired",
    "port.unwired",
    "port.up",
    "port.down",
    "network.realised",
    "security-group.realised",
    "router.realised",
  ],
  error: errorBody,
});
