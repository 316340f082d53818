import { atLeast } from "#platform/api/versions.ts";
import type { BlockStorageDriver } from "../driver.ts";
import { asking, type Context, type Owner, ownProject, route } from "../kit.ts";
import { anyQuery, isTrue, type Query } from "../shapes.ts";
import { pool, zone } from "../volume/volume.ts";
import { stamp } from "../words.ts";
import { extensions } from "./extensions.ts";
import * as rule from "./place.rules.ts";
import { filters } from "./resource-filters.ts";

const query = anyQuery;
const of = ownProject;

/** Where volumes are, and what there is to know of that. */
export const placeRoutes = [
  route({ on: "GET /os-availability-zone", rule: rule.zoneRule, of, run: zones }),
  route({ on: "GET /extensions", rule: rule.extensionRule, of, run: () => ({ extensions }) }),
  route({ on: "GET /resource_filters", since: "3.33", rule: rule.filterRule, query, of, run: listFilters }),
  route({
    on: "GET /messages",
    since: "3.3",
    rule: rule.messageRules.get_all,
    query,
    of,
    run: () => ({ messages: [] }),
  }),
  asking({ on: "GET /os-services", rule: rule.serviceRules.index, query, of, call: ask, run: listServices }),
  asking({
    on: "GET /scheduler-stats/get_pools",
    rule: rule.poolRules.get_pools,
    query,
    of,
    call: ask,
    run: listPools,
  }),
];

interface Asked {
  readonly query: Query;
}
type Capacity = Awaited<ReturnType<BlockStorageDriver["capacity"]>>;

function zones() {
  return { availabilityZoneInfo: [{ zoneName: zone, zoneState: { available: true } }] };
}

function listFilters(_ctx: Context, _owner: Owner, { query: { resource } }: Asked) {
  return { resource_filters: filters.filter((it) => !resource || it.resource === resource) };
}

/** A storage that does not answer is down, and that is an answer too. */
function ask(driver: BlockStorageDriver): Promise<Capacity | null> {
  return driver.capacity().catch(() => null);
}

function listServices({ now, version }: Context, _owner: Owner, { query }: Asked, capacity: Capacity | null) {
  const [backend = ""] = pool.split("#");
  const common = { zone, status: "enabled", disabled_reason: null, updated_at: stamp(now) };
  const cluster = atLeast(version, "3.7") && { cluster: null };
  const state = capacity ? "up" : "down";
  const volume = {
    binary: "cinder-volume",
    host: backend,
    state,
    ...common,
    ...cluster,
    frozen: false,
    replication_status: "disabled",
    active_backend_id: null,
    ...(atLeast(version, "3.49") && { backend_state: state }),
  };
  const scheduler = { binary: "cinder-scheduler", host: backend.split("@")[0], state: "up", ...common, ...cluster };
  return { services: [scheduler, volume].filter((it) => fits(it, query)) };
}

function fits({ binary, host }: { binary: string; host: string | undefined }, { binary: b, host: h, service }: Query) {
  const wanted = b ?? service;
  return (!wanted || wanted === binary) && (!h || h === host || h === host?.split("@")[0]);
}

function listPools({ now }: Context, _owner: Owner, { query }: Asked, capacity: Capacity | null) {
  if (!capacity) return { pools: [] };
  const capabilities = {
    total_capacity_gb: capacity.totalGib,
    free_capacity_gb: capacity.freeGib,
    reserved_percentage: 0,
    volume_backend_name: "default",
    storage_protocol: "nbd",
    vendor_name: "Crunch",
    driver_version: "1.0",
    QoS_support: false,
    timestamp: stamp(now),
  };
  return { pools: [{ name: pool, ...(isTrue(query.detail) && { capabilities }) }] };
}
