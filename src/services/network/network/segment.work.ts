import { clash, noSegment, wrong } from "../refusals.ts";
import type { NetworkDb } from "../resource/resource.store.ts";
import type { NewNetwork } from "./network.schema.ts";
import { freeSegment, hasSegment } from "./network.store.ts";
import type { NetworkRow } from "./network.ts";

export type Segment = Pick<NetworkRow, "networkType" | "physicalNetwork" | "segmentationId">;
const overlay = { lowest: 1, highest: 65_535 };
const vlans = { lowest: 1, highest: 4094 };

/** Where a new network lives: an overlay segment of its own, or what an administrator says. */
export async function segmentFor(db: NetworkDb, asked: NewNetwork): Promise<Segment> {
  const type = asked["provider:network_type"] ?? null;
  const physical = asked["provider:physical_network"] ?? null;
  const id = asked["provider:segmentation_id"] ?? null;
  if (type === null) {
    if (physical !== null || id !== null) throw wrong.input("network_type required");
    return overlaySegment(db, null);
  }
  if (type === "geneve") return overlaySegment(db, checkOverlay(physical, id));
  if (type === "flat")
    return freeOr(db, { networkType: "flat", physicalNetwork: checkFlat(physical, id), segmentationId: null });
  if (type === "vlan") return freeOr(db, { networkType: "vlan", ...checkVlan(physical, id) });
  throw wrong.input(`network_type value '${type}' not supported`);
}

async function overlaySegment(db: NetworkDb, asked: number | null): Promise<Segment> {
  const id = asked ?? (await freeSegment(db, overlay.lowest, overlay.highest));
  if (id === undefined) throw noSegment();
  return freeOr(db, { networkType: "geneve", physicalNetwork: null, segmentationId: id });
}
async function freeOr(db: NetworkDb, it: Segment): Promise<Segment> {
  if (!(await hasSegment(db, it.networkType, it.physicalNetwork, it.segmentationId))) return it;
  if (it.networkType === "flat")
    throw clash(
      "FlatNetworkInUse",
      `Unable to create the flat network. Physical network ${it.physicalNetwork} is in use.`,
    );
  if (it.networkType === "vlan")
    throw clash(
      "VlanIdInUse",
      `Unable to create the network. The VLAN ${it.segmentationId} on physical network ${it.physicalNetwork} is in use.`,
    );
  throw clash("TunnelIdInUse", `Unable to create the network. The tunnel ID ${it.segmentationId} is in use.`);
}
function checkOverlay(physical: string | null, id: number | null): number | null {
  if (physical !== null) throw wrong.input("provider:physical_network specified for geneve network");
  if (id !== null && (id < overlay.lowest || id > overlay.highest))
    throw wrong.input(`segmentation_id out of range (${overlay.lowest} through ${overlay.highest})`);
  return id;
}
function checkFlat(physical: string | null, id: number | null): string {
  if (physical === null) throw wrong.input("physical_network required for flat provider network");
  if (id !== null) throw wrong.input("segmentation_id prohibited for flat provider network");
  return physical;
}
function checkVlan(physical: string | null, id: number | null) {
  if (physical === null) throw wrong.input("physical_network required for VLAN provider network");
  if (id === null) throw wrong.input("segmentation_id required for VLAN provider network");
  if (id < vlans.lowest || id > vlans.highest)
    throw wrong.input(`segmentation_id out of range (${vlans.lowest} through ${vlans.highest})`);
  return { physicalNetwork: physical, segmentationId: id };
}
