import {
  address,
  type Filters,
  listed,
  nullable,
  plain,
  standardFilters,
  tagFilters,
} from "../resource/listing.store.ts";
import type { Asked } from "../resource/listing.ts";
import { allOf, type NetworkDb } from "../resource/resource.store.ts";
import type { FloatingIp } from "./floating-ip.ts";

const filters: Filters = {
  ...standardFilters,
  ...tagFilters,
  floating_network_id: plain("floatingNetworkId"),
  floating_ip_address: address("floatingIpAddress"),
  fixed_ip_address: address("fixedIpAddress"),
  port_id: nullable("portId"),
  router_id: nullable("routerId"),
  status: plain("status"),
};

function seenBy(db: NetworkDb, sight: string | null) {
  const all = allOf(db, "networkFloatingIps");
  return sight === null ? all : all.where("projectId", "=", sight);
}
export function listFloatingIps(db: NetworkDb, sight: string | null, asked: Asked) {
  return listed<FloatingIp>(seenBy(db, sight), filters, asked);
}
export async function findFloatingIp(db: NetworkDb, sight: string | null, id: string): Promise<FloatingIp | undefined> {
  return (await seenBy(db, sight).where("id", "=", id).executeTakeFirst()) as FloatingIp | undefined;
}
export function listFloatingIpsTo(db: NetworkDb, portIds: readonly string[]): Promise<FloatingIp[]> {
  return db
    .selectFrom("networkFloatingIps")
    .selectAll()
    .where("portId", "in", [...portIds, ""])
    .execute();
}
export function listFloatingIpsThrough(db: NetworkDb, routerId: string): Promise<FloatingIp[]> {
  return db.selectFrom("networkFloatingIps").selectAll().where("routerId", "=", routerId).execute();
}
export function listFloatingIpsOn(db: NetworkDb, networkId: string): Promise<FloatingIp[]> {
  return db.selectFrom("networkFloatingIps").selectAll().where("floatingNetworkId", "=", networkId).execute();
}
/** The floating addresses that the data plane is to have. */
export function listAssociated(db: NetworkDb): Promise<FloatingIp[]> {
  return db.selectFrom("networkFloatingIps").selectAll().where("portId", "is not", null).execute();
}
