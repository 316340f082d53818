import { service } from "#platform/service/kit.ts";
import { extensionRoutes } from "./extension/extension.api.ts";
import { floatingIpRoutes } from "./floating-ip/floating-ip.api.ts";
import { realiseFloatingIp } from "./floating-ip/realise.saga.ts";
import type { NetworkScope } from "./kit.ts";
import { availabilityRoutes } from "./network/availability.api.ts";
import { networkRoutes } from "./network/network.api.ts";
import { realiseNetwork } from "./network/realise.saga.ts";
import { networkOffer } from "./offer.ts";
import { hearDataPlane } from "./port/hear.work.ts";
import { portRoutes } from "./port/port.api.ts";
import { realisePort } from "./port/realise.saga.ts";
import { quotaRoutes } from "./quota/quota.api.ts";
import { networkDrift } from "./realise/drift.loop.ts";
import { strays } from "./realise/strays.ts";
import { listWishes } from "./realise/wishes.store.ts";
import { errorBody } from "./refusals.ts";
import { realiseRouter } from "./router/realise.saga.ts";
import { routerRoutes } from "./router/router.api.ts";
import { realiseGroup } from "./security-group/realise.saga.ts";
import { securityGroupRoutes } from "./security-group/security-group.api.ts";
import { securityGroupRuleRoutes } from "./security-group-rule/security-group-rule.api.ts";
import { subnetRoutes } from "./subnet/subnet.api.ts";
import { versionRoutes } from "./version.api.ts";
import { versions } from "./versions.ts";

/** Networks, their ports and addresses, the routers between them, and who may talk to whom. */
export const network = service<NetworkScope>({
  type: "network",
  mounts: ["/network"],
  root: "/v2.0",
  versions,
  routes: [
    ...versionRoutes,
    ...networkRoutes,
    ...subnetRoutes,
    ...portRoutes,
    ...routerRoutes,
    ...floatingIpRoutes,
    ...securityGroupRoutes,
    ...securityGroupRuleRoutes,
    ...quotaRoutes,
    ...extensionRoutes,
    ...availabilityRoutes,
  ],
  sagas: [realiseNetwork, realisePort, realiseRouter, realiseFloatingIp, realiseGroup],
  loops: [networkDrift],
  migrations: new URL("./migrations/", import.meta.url),
  offer: { network: networkOffer },
  tells: [
    "port.wired",
    "port.unwired",
    "port.deleted",
    "port.up",
    "port.down",
    "network.realised",
    "security-group.realised",
    "router.realised",
  ],
  error: errorBody,
  leftovers: async ({ driver, db }) => strays(await driver.traces(), await listWishes(db)),
  begin: hearDataPlane,
});
