import {
  constant,
  custom,
  type Filters,
  listed,
  plain,
  standardFilters,
  tagFilters,
  truth,
} from "../resource/listing.store.ts";
import type { Asked } from "../resource/listing.ts";
import { allOf, type NetworkDb } from "../resource/resource.store.ts";
import type { Router } from "./router.ts";

const filters: Filters = {
  ...standardFilters,
  ...tagFilters,
  name: plain("name"),
  admin_state_up: truth("adminStateUp"),
  status: constant("ACTIVE"),
  enable_snat: truth("enableSnat"),
  external_gateway_info: custom((query, values) => {
    const networkIds = values.map((value) => value.replace(/^network_id=/, ""));
    return query.where((eb) =>
      eb("gatewayPortId", "in", eb.selectFrom("networkPorts").select("id").where("networkId", "in", networkIds)),
    );
  }),
};

function seenBy(db: NetworkDb, sight: string | null) {
  const all = allOf(db, "networkRouters");
  return sight === null ? all : all.where("projectId", "=", sight);
}
export function listRouters(db: NetworkDb, sight: string | null, asked: Asked) {
  return listed<Router>(seenBy(db, sight), filters, asked);
}
export async function findRouter(db: NetworkDb, sight: string | null, id: string): Promise<Router | undefined> {
  return (await seenBy(db, sight).where("id", "=", id).executeTakeFirst()) as Router | undefined;
}
/** The routers that have a leg or their gateway on a network. */
export async function listRoutersOn(db: NetworkDb, networkId: string): Promise<string[]> {
  const rows = await db
    .selectFrom("networkPorts")
    .select("deviceId")
    .distinct()
    .where("networkId", "=", networkId)
    .where("deviceOwner", "in", ["network:router_interface", "network:router_gateway"])
    .execute();
  return rows.map((row) => row.deviceId);
}
/** Routers with a leg on one subnet and their gateway on a network: what a floating address can lead through. */
export function listRoutersBetween(db: NetworkDb, subnetId: string, externalNetworkId: string): Promise<Router[]> {
  return db
    .selectFrom("networkRouters")
    .innerJoin("networkPorts as gateway", "gateway.id", "networkRouters.gatewayPortId")
    .innerJoin("networkPorts as leg", "leg.deviceId", "networkRouters.id")
    .innerJoin("networkAddresses", "networkAddresses.portId", "leg.id")
    .selectAll("networkRouters")
    .where("gateway.networkId", "=", externalNetworkId)
    .where("leg.deviceOwner", "=", "network:router_interface")
    .where("networkAddresses.subnetId", "=", subnetId)
    .execute();
}
export function listRouterIds(db: NetworkDb) {
  return db.selectFrom("networkRouters").select("id").where("realised", "=", true).execute();
}
