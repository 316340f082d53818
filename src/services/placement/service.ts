import { service } from "#platform/service/kit.ts";
import { aggregateRoutes } from "./aggregate/aggregate.api.ts";
import { allocationRoutes } from "./allocation/allocation.api.ts";
import { candidateRoutes } from "./candidate/candidate.api.ts";
import { errorBody } from "./error.ts";
import { inventoryRoutes } from "./inventory/inventory.api.ts";
import type { PlacementScope } from "./kit.ts";
import { placementOffer } from "./offer.ts";
import { providerRoutes } from "./provider/provider.api.ts";
import { resourceClassRoutes } from "./resource-class/resource-class.api.ts";
import { rootRoutes } from "./root/root.api.ts";
import { traitRoutes } from "./trait/trait.api.ts";
import { usageRoutes } from "./usage/usage.api.ts";
import { versions } from "./versions.ts";

export const placement = service<PlacementScope>({
  type: "placement",
  mounts: ["/placement"],
  root: "",
  versions,
  versionHeader: { name: "placement" },
  routes: [
    ...rootRoutes,
    ...providerRoutes,
    ...inventoryRoutes,
    ...aggregateRoutes,
    ...traitRoutes,
    ...resourceClassRoutes,
    ...allocationRoutes,
    ...candidateRoutes,
    ...usageRoutes,
  ],
  sagas: [],
  loops: [],
  migrations: new URL("./migrations/", import.meta.url),
  offer: { placement: placementOffer },
  tells: [],
  foreign: 403,
  error: errorBody,
});
