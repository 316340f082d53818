import { badRequest } from "#platform/api/errors.ts";
import { isYes } from "../words.ts";
import type { AskedDisk, AskedServer } from "./asked.ts";
import { nextDevice } from "./disk.ts";

/** A volume that a new server is to have. */
export interface PlannedDisk {
  readonly bootIndex: number | null;
  readonly source: "image" | "volume";
  /** Of the image, or of the volume. */
  readonly id: string;
  readonly gib: number | null;
  readonly device: string;
  readonly deleteOnTermination: boolean;
  readonly tag: string | null;
}
export interface DiskPlan {
  /** The image that the root disk is made of, on the host or as a volume; null: a volume that was there. */
  readonly imageId: string | null;
  readonly bootsFromVolume: boolean;
  readonly disks: readonly PlannedDisk[];
}

/** Reads what the request says about disks, or answers Nova's 400. */
export function planDisks(asked: AskedServer): DiskPlan {
  const listed = (asked.block_device_mapping_v2 ?? []).map(checked);
  const all = [...listed, ...(asked.block_device_mapping ?? []).map((it, i) => oldStyle(it, i, !asked.imageRef))];
  if (all.length === 0) return fromImage(asked.imageRef);
  const localRoot = all.find(isLocalImage);
  if (localRoot && asked.imageRef && localRoot.uuid !== asked.imageRef)
    throw invalid("Mapping image to local is not supported.");
  const legacyImage = asked.block_device_mapping_v2 ? null : asked.imageRef || null;
  const indexes = all.flatMap((it) => bootIndex(it) ?? []).concat(legacyImage === null ? [] : [0]);
  if (!inSequence(indexes))
    throw invalid("Boot sequence for the instance and image/block device mapping combination is not valid.");
  const root = all.find((it) => bootIndex(it) === 0 && !isLocalImage(it));
  return {
    imageId: localRoot?.uuid ?? (root?.source_type === "image" ? (root.uuid ?? null) : legacyImage),
    bootsFromVolume: root !== undefined,
    disks: named(all.filter((it) => !isLocalImage(it))),
  };
}

function fromImage(imageRef: string | undefined): DiskPlan {
  if (!imageRef) throw badRequest("Missing imageRef attribute");
  return { imageId: imageRef, bootsFromVolume: false, disks: [] };
}

function checked(it: AskedDisk): AskedDisk {
  const [source, to] = [it.source_type, it.destination_type ?? (it.source_type === "volume" ? "volume" : "local")];
  if (!source) throw invalid("Missing device UUID.");
  if (source === "blank" || source === "snapshot")
    throw invalid(`Mapping from ${source} is not supported: make a volume first, and give that.`);
  if (!it.uuid) throw invalid("Missing device UUID.");
  if (source === "volume" && to === "local") throw invalid("Mapping volume to local is not supported.");
  if (source === "image" && to === "volume" && !it.volume_size)
    throw invalid("Images with destination_type 'volume' need to have a non-zero size specified");
  if (source === "image" && to === "local" && bootIndex(it) !== 0)
    throw invalid("Mapping image to local is not supported.");
  return { ...it, destination_type: to };
}

/** block_device_mapping, the older form: volumes by device name. */
function oldStyle(it: AskedDisk, at: number, boots: boolean): AskedDisk {
  if (!it.volume_id) throw invalid("Missing device UUID.");
  const root = boots && at === 0;
  return { ...it, uuid: it.volume_id, source_type: "volume", destination_type: "volume", boot_index: root ? 0 : -1 };
}

function isLocalImage(it: AskedDisk): boolean {
  return it.source_type === "image" && it.destination_type === "local";
}

function bootIndex({ boot_index: said }: AskedDisk): number | undefined {
  if (said === null || said === undefined || Number(said) < 0) return undefined;
  return Number(said);
}

function inSequence(indexes: readonly number[]): boolean {
  return indexes.length > 0 && indexes.toSorted((a, b) => a - b).every((it, i) => it === i);
}

/** The root is vda; the others follow in their order. */
function named(disks: readonly AskedDisk[]): PlannedDisk[] {
  const taken = ["/dev/vda"];
  return disks.map((it) => {
    const device = bootIndex(it) === 0 ? "/dev/vda" : nextDevice(taken);
    taken.push(device);
    return planned(it, device);
  });
}

function planned(it: AskedDisk, device: string): PlannedDisk {
  return {
    bootIndex: bootIndex(it) ?? null,
    source: it.source_type === "image" ? "image" : "volume",
    id: it.uuid ?? "",
    gib: it.volume_size === undefined ? null : Number(it.volume_size),
    device,
    deleteOnTermination: it.delete_on_termination !== undefined && isYes(it.delete_on_termination),
    tag: it.tag ?? null,
  };
}

function invalid(why: string) {
  return badRequest(`Block Device Mapping is Invalid: ${why}`);
}
