import { sql } from "kysely";
import {
  address,
  custom,
  type Filters,
  listed,
  nullable,
  number,
  plain,
  standardFilters,
  tagFilters,
  truth,
} from "../resource/listing.store.ts";
import type { Asked } from "../resource/listing.ts";
import { allOf, type NetworkDb } from "../resource/resource.store.ts";
import type { Subnet } from "./subnet.ts";

const filters: Filters = {
  ...standardFilters,
  ...tagFilters,
  name: plain("name"),
  network_id: plain("networkId"),
  ip_version: number("ipVersion"),
  cidr: { column: "cidr", narrow: (query, values) => query.where(sql`cidr::text`, "in", values) },
  gateway_ip: address("gatewayIp"),
  enable_dhcp: truth("enableDhcp"),
  ipv6_ra_mode: nullable("ipv6RaMode"),
  ipv6_address_mode: nullable("ipv6AddressMode"),
  subnetpool_id: custom((query, values) => (values.includes("") ? query : query.where(sql<boolean>`false`))),
  segment_id: custom((query, values) => (values.includes("") ? query : query.where(sql<boolean>`false`))),
  "router:external": custom((query, values) =>
    query.where((eb) =>
      eb(
        "networkId",
        "in",
        eb
          .selectFrom("networkNetworks")
          .select("id")
          .where("external", "=", /^(true|1)$/i.test(values[0] ?? "")),
      ),
    ),
  ),
  shared: custom((query, values) =>
    query.where((eb) =>
      eb(
        "networkId",
        "in",
        eb
          .selectFrom("networkNetworks")
          .select("id")
          .where("shared", "=", /^(true|1)$/i.test(values[0] ?? "")),
      ),
    ),
  ),
};

/** What a project sees: its own subnets and those of shared networks and of its own; null: everything. */
function seenBy(db: NetworkDb, sight: string | null) {
  const all = allOf(db, "networkSubnets");
  if (sight === null) return all;
  return all.where((eb) =>
    eb.or([
      eb("projectId", "=", sight),
      eb(
        "networkId",
        "in",
        eb
          .selectFrom("networkNetworks")
          .select("id")
          .where((on) => on.or([on("shared", "=", true), on("projectId", "=", sight)])),
      ),
    ]),
  );
}
export function listSubnets(db: NetworkDb, sight: string | null, asked: Asked) {
  return listed<Subnet>(seenBy(db, sight), filters, asked);
}
export async function findSubnet(db: NetworkDb, sight: string | null, id: string): Promise<Subnet | undefined> {
  return (await seenBy(db, sight).where("id", "=", id).executeTakeFirst()) as Subnet | undefined;
}
export function listSubnetsOn(db: NetworkDb, networkIds: readonly string[]): Promise<Subnet[]> {
  return db
    .selectFrom("networkSubnets")
    .selectAll()
    .where("networkId", "in", [...networkIds, ""])
    .orderBy("createdAt")
    .orderBy("id")
    .execute();
}
export function listSubnetsById(db: NetworkDb, ids: readonly string[]): Promise<Subnet[]> {
  return db
    .selectFrom("networkSubnets")
    .selectAll()
    .where("id", "in", [...ids, ""])
    .execute();
}
export async function hasOverlap(db: NetworkDb, networkId: string, cidr: string): Promise<boolean> {
  const query = db.selectFrom("networkSubnets").select("id").where("networkId", "=", networkId);
  return (await query.where(sql<boolean>`cidr && ${cidr}::cidr`).executeTakeFirst()) !== undefined;
}
