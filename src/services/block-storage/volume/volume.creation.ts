import { badRequest, notFound } from "#platform/api/errors.ts";
import type { Actor } from "#platform/api/rules.ts";
import type { Tx } from "#platform/service/kit.ts";
import type { BootImage } from "#services/image/index.ts";
import type { Storage } from "../kit.ts";
import { requireVolumeSize, takeRoom } from "../quota/quota.store.ts";
import type { Snapshot } from "../snapshot/snapshot.ts";
import { findType, findTypeNamed, getDefaultType, getType, typesOpenTo } from "../volume-type/volume-type.store.ts";
import type { VolumeType } from "../volume-type/volume-type.ts";
import { createVolume } from "./create.saga.ts";
import { insertVolume } from "./volume.store.ts";
import { type Metadata, type Volume, volumeLife } from "./volume.ts";

/** A volume that somebody wishes for. Sources are loaded and may be read by the one who asks. */
export interface Wish {
  readonly projectId: string;
  readonly userId: string;
  readonly name: string | null;
  readonly description: string | null;
  readonly metadata: Metadata;
  readonly gib: number;
  readonly type: VolumeType;
  readonly image?: BootImage | undefined;
  readonly snapshot?: Snapshot | undefined;
  readonly source?: Volume | undefined;
  /** The volume that is copied: the source, or the snapshot's. It hands on that one can boot from it. */
  readonly original?: Volume | undefined;
}

/** Writes the row within the quota and starts the making of it. */
export async function createWished(tx: Tx<Storage>, wish: Wish): Promise<Volume> {
  requireRoomForSource(wish);
  requireOrdinaryType(wish.type);
  await requireVolumeSize(tx, wish.projectId, wish.gib);
  await takeRoom(tx, wish.projectId, wish.type, { volumes: 1, gigabytes: wish.gib });
  const it = rowOf(tx, wish);
  await insertVolume(tx.db, it);
  await tx.start(createVolume, it.id);
  return it;
}

/** The type that the actor asks for by name or id and may use, or the default one of his project. */
export async function wishedType(tx: Tx<Storage>, actor: Actor, projectId: string, asked?: string | null) {
  if (!asked) return getDefaultType(tx.db, projectId);
  const it = (await findType(tx.db, asked)) ?? (await findTypeNamed(tx.db, asked));
  if (it && (await mayUse(tx, actor, projectId, it))) return it;
  throw notFound(`Volume type with name ${asked} could not be found.`);
}

/** The type of an existing volume, for a copy of it. */
export function sameType(tx: Tx<Storage>, { typeId }: Volume): Promise<VolumeType> {
  return getType(tx.db, typeId);
}

async function mayUse(tx: Tx<Storage>, actor: Actor, projectId: string, it: VolumeType): Promise<boolean> {
  return it.isPublic || actor.roles.includes("admin") || (await typesOpenTo(tx.db, projectId)).has(it.id);
}

function requireRoomForSource({ gib, image, snapshot, source }: Wish) {
  if (snapshot && gib < snapshot.gib)
    throw badRequest(
      `Invalid input received: Volume size '${gib}'GB cannot be smaller than the snapshot size ${snapshot.gib}GB. They must be >= original snapshot size.`,
    );
  if (source && gib < source.gib)
    throw badRequest(
      `Invalid input received: Volume size '${gib}'GB cannot be smaller than original volume size ${source.gib}GB. They must be >= original volume size.`,
    );
  if (image) requireRoomForImage(gib, image);
}

function requireRoomForImage(gib: number, { minDiskGib, sizeBytes, virtualBytes }: BootImage) {
  const imageGib = Math.ceil(Math.max(sizeBytes, virtualBytes) / 2 ** 30);
  if (gib < imageGib)
    throw badRequest(
      `Invalid input received: Size of specified image '${imageGib}'GB is larger than volume size '${gib}'GB.`,
    );
  if (gib < minDiskGib)
    throw badRequest(
      `Invalid input received: Volume size ${gib}GB cannot be smaller than the image minDisk size ${minDiskGib}GB.`,
    );
}

/** Types may promise what no storage here can do: better a refusal than a volume that is less than it says. */
function requireOrdinaryType({ extraSpecs }: VolumeType) {
  const promised = ["multiattach", "replication_enabled"].find((spec) => extraSpecs[spec] === "<is> True");
  if (promised) throw badRequest(`Invalid input received: No storage here can make a volume with ${promised}.`);
}

function rowOf(tx: Tx<Storage>, wish: Wish): Volume {
  const { image, snapshot, source, original, type, ...plain } = wish;
  return {
    ...plain,
    id: tx.newId(),
    typeId: type.id,
    growingTo: null,
    status: volumeLife.verbs.create.busy,
    bootable: image !== undefined || original?.bootable === true,
    readonly: null,
    imageMetadata: image ? imageMetadata(image) : (original?.imageMetadata ?? null),
    imageId: image?.id ?? null,
    snapshotId: snapshot?.id ?? null,
    sourceVolumeId: source?.id ?? null,
    fault: null,
    createdAt: tx.now,
    updatedAt: null,
  };
}

/** What the volume remembers of its image; Compute reads it when it boots from the volume. */
function imageMetadata(it: BootImage): Metadata {
  return {
    ...it.properties,
    image_id: it.id,
    image_name: it.name ?? "",
    disk_format: it.diskFormat,
    container_format: "bare",
    size: String(it.sizeBytes),
    min_disk: String(it.minDiskGib),
    min_ram: String(it.minRamMib),
  };
}
