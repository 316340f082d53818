import { faultBody } from "#platform/api/fault.ts";
import { service } from "#platform/service/kit.ts";
import { aggregateActions } from "./aggregate/action.api.ts";
import { aggregateRoutes } from "./aggregate/aggregate.api.ts";
import { availabilityZoneRoutes } from "./availability-zone/availability-zone.api.ts";
import { computeTells } from "./events.ts";
import { extensionRoutes } from "./extension/extension.api.ts";
import { accessRoutes } from "./flavor/access.api.ts";
import { flavorRoutes } from "./flavor/flavor.api.ts";
import { specRoutes } from "./flavor/specs.api.ts";
import { hypervisorRoutes } from "./host/hypervisor.api.ts";
import { reportAtOnce, reportHosts } from "./host/report.loop.ts";
import { serviceRoutes } from "./host/service.api.ts";
import { instanceActionRoutes } from "./instance-action/instance-action.api.ts";
import { attachInterface } from "./interface-attachment/attach.saga.ts";
import { detachInterface } from "./interface-attachment/detach.saga.ts";
import { followDeletedPorts } from "./interface-attachment/follow.loop.ts";
import { interfaceAttachmentRoutes } from "./interface-attachment/interface-attachment.api.ts";
import { keypairRoutes } from "./keypair/keypair.api.ts";
import type { Compute } from "./kit.ts";
import { limitsRoutes } from "./limits/limits.api.ts";
import { computeOffer } from "./offer.ts";
import { classRoutes } from "./quota/class.api.ts";
import { quotaRoutes } from "./quota/quota.api.ts";
import { serverActions } from "./server/actions.api.ts";
import { buildServer } from "./server/build.saga.ts";
import { createRoutes } from "./server/create.api.ts";
import { deleteServer } from "./server/delete.saga.ts";
import { leftovers } from "./server/leftovers.loop.ts";
import { listRoutes } from "./server/list.api.ts";
import { powerSync } from "./server/power.loop.ts";
import { rebootServer, rebootServerHard } from "./server/reboot.saga.ts";
import { schedulingRoutes } from "./server/scheduling.api.ts";
import { serverRoutes } from "./server/server.api.ts";
import { serverLife } from "./server/server.ts";
import { startServer } from "./server/start.saga.ts";
import { stopServer } from "./server/stop.saga.ts";
import { watchGuests } from "./server/watch.loop.ts";
import { serverGroupRoutes } from "./server-group/server-group.api.ts";
import { serverMetadataRoutes } from "./server-metadata/server-metadata.api.ts";
import { serverTagRoutes } from "./server-tag/server-tag.api.ts";
import { usageRoutes } from "./usage/usage.api.ts";
import { versionRoutes } from "./version.api.ts";
import { versions } from "./versions.ts";
import { attachVolume } from "./volume-attachment/attach.saga.ts";
import { detachVolume } from "./volume-attachment/detach.saga.ts";
import { volumeAttachmentRoutes } from "./volume-attachment/volume-attachment.api.ts";

/** Servers, and what they are made of. */
export const compute = service<Compute>({
  type: "compute",
  mounts: ["/compute"],
  root: "/v2.1",
  projectInPath: true,
  versions,
  versionHeader: { name: "compute", legacy: "X-OpenStack-Nova-API-Version" },
  routes: [
    ...versionRoutes,
    ...accessRoutes,
    ...aggregateActions,
    ...aggregateRoutes,
    ...availabilityZoneRoutes,
    ...classRoutes,
    ...extensionRoutes,
    ...flavorRoutes,
    ...hypervisorRoutes,
    ...instanceActionRoutes,
    ...interfaceAttachmentRoutes,
    ...keypairRoutes,
    ...limitsRoutes,
    ...quotaRoutes,
    ...schedulingRoutes,
    ...serverActions,
    ...createRoutes,
    ...listRoutes,
    ...serverRoutes,
    ...serverGroupRoutes,
    ...serverMetadataRoutes,
    ...serverTagRoutes,
    ...serviceRoutes,
    ...specRoutes,
    ...usageRoutes,
    ...volumeAttachmentRoutes,
  ],
  sagas: [
    attachInterface,
    attachVolume,
    buildServer,
    deleteServer,
    detachInterface,
    detachVolume,
    rebootServer,
    rebootServerHard,
    startServer,
    stopServer,
  ],
  loops: [powerSync, reportHosts],
  listeners: [followDeletedPorts],
  lives: [serverLife],
  migrations: new URL("./migrations/", import.meta.url),
  offer: { compute: computeOffer },
  tells: computeTells,
  error: faultBody,
  leftovers,
  begin(world) {
    reportAtOnce(world);
    return watchGuests(world);
  },
});
