import { sql } from "kysely";
import {
  constant,
  custom,
  type Filters,
  listed,
  number,
  plain,
  standardFilters,
  tagFilters,
  truth,
} from "../resource/listing.store.ts";
import type { Asked } from "../resource/listing.ts";
import { allOf, holdTurn, type NetworkDb } from "../resource/resource.store.ts";
import type { NetworkRow } from "./network.ts";

const filters: Filters = {
  ...standardFilters,
  ...tagFilters,
  name: plain("name"),
  admin_state_up: truth("adminStateUp"),
  shared: truth("shared"),
  "router:external": truth("external"),
  is_default: truth("isDefault"),
  mtu: number("mtu"),
  port_security_enabled: truth("portSecurityEnabled"),
  "provider:network_type": plain("networkType"),
  "provider:physical_network": plain("physicalNetwork"),
  "provider:segmentation_id": number("segmentationId"),
  dns_domain: plain("dnsDomain"),
  status: constant("ACTIVE"),
  subnets: custom((query, ids) =>
    query.where((eb) => eb("id", "in", eb.selectFrom("networkSubnets").select("networkId").where("id", "in", ids))),
  ),
};

/** What a project sees: its own networks, shared ones and external ones; null: everything. */
function seenBy(db: NetworkDb, sight: string | null) {
  const all = allOf(db, "networkNetworks");
  if (sight === null) return all;
  return all.where((eb) => eb.or([eb("projectId", "=", sight), eb("shared", "=", true), eb("external", "=", true)]));
}

export function listNetworks(db: NetworkDb, sight: string | null, asked: Asked) {
  return listed<NetworkRow>(seenBy(db, sight), filters, asked);
}
export async function findNetwork(db: NetworkDb, sight: string | null, id: string): Promise<NetworkRow | undefined> {
  return (await seenBy(db, sight).where("id", "=", id).executeTakeFirst()) as NetworkRow | undefined;
}
/** The networks that a server of the project may be put on without naming one. */
export function listUsable(db: NetworkDb, projectId: string): Promise<NetworkRow[]> {
  const own = db.selectFrom("networkNetworks").selectAll().where("adminStateUp", "=", true);
  return own
    .where((eb) => eb.or([eb("projectId", "=", projectId), eb("shared", "=", true)]))
    .where((eb) => eb.or([eb("external", "=", false), eb("shared", "=", true)]))
    .where((eb) =>
      eb.exists(
        eb
          .selectFrom("networkSubnets")
          .select("networkSubnets.id")
          .whereRef("networkSubnets.networkId", "=", "networkNetworks.id"),
      ),
    )
    .orderBy("id")
    .execute();
}
export function listNetworksById(db: NetworkDb, ids: readonly string[]): Promise<NetworkRow[]> {
  return db
    .selectFrom("networkNetworks")
    .selectAll()
    .where("id", "in", [...ids, ""])
    .execute();
}
export async function findDefaultExternal(db: NetworkDb): Promise<NetworkRow | undefined> {
  return db.selectFrom("networkNetworks").selectAll().where("isDefault", "=", true).executeTakeFirst();
}
export async function hasSegment(
  db: NetworkDb,
  type: string,
  physical: string | null,
  id: number | null,
): Promise<boolean> {
  const row = await db
    .selectFrom("networkNetworks")
    .select("id")
    .where("networkType", "=", type as NetworkRow["networkType"])
    .where("physicalNetwork", physical === null ? "is" : "=", physical)
    .where("segmentationId", id === null ? "is" : "=", id)
    .executeTakeFirst();
  return row !== undefined;
}
/** The lowest overlay segment that no network has; others wait until this transaction ends. */
export async function freeSegment(db: NetworkDb, lowest: number, highest: number): Promise<number | undefined> {
  await holdTurn(db, "segments");
  const { rows } = await sql<{ id: number }>`
    select c.id from (
      select ${lowest}::int as id
      union all
      select segmentation_id + 1 from network_networks where network_type = 'geneve' and segmentation_id >= ${lowest}
    ) c
    where c.id <= ${highest} and not exists (
      select 1 from network_networks n where n.network_type = 'geneve' and n.segmentation_id = c.id)
    order by c.id limit 1`.execute(db);
  return rows[0]?.id;
}
export function networkIdsOf(db: NetworkDb) {
  return db.selectFrom("networkNetworks").select("id").where("realised", "=", true).execute();
}
