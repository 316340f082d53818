import type { BootImage } from "#services/image/index.ts";
import type { Flavor } from "../flavor/flavor.ts";
import type { Keypair } from "../keypair/keypair.ts";
import { isYes } from "../words.ts";
import type { AskedServer } from "./asked.ts";
import { hostnameOf, numbered } from "./named.ts";
import type { DiskPlan } from "./plan.ts";
import type { Server } from "./server.ts";

export interface Owner {
  readonly projectId: string;
  readonly userId: string;
}
/** Where a new server is asked to be. */
export interface WantedPlace {
  readonly zone: string | null;
  readonly host: string | null;
  readonly groupId: string | null;
}
/** All that is found out before the first row is written. */
export interface Wanted {
  readonly asked: AskedServer;
  readonly flavor: Flavor;
  readonly image: BootImage | null;
  readonly plan: DiskPlan;
  readonly keypair: Keypair | undefined;
  readonly place: WantedPlace;
  readonly hints: Readonly<Record<string, unknown>>;
  readonly reservationId: string;
}

/** A fresh id, and the time. */
interface Birth {
  readonly id: string;
  readonly now: string;
}

/** The row of a new server; `at` of `of` that are made together. */
export function draft(
  { id, now }: Birth,
  { projectId, userId }: Owner,
  wanted: Wanted,
  at: number,
  of: number,
): Server {
  const { asked, flavor, image, plan, keypair, place } = wanted;
  const name = numbered(asked.name.trim(), at, of);
  return {
    id,
    projectId,
    userId,
    name,
    description: asked.description ?? null,
    hostname: asked.hostname ?? hostnameOf(name, id),
    reservationId: wanted.reservationId,
    launchIndex: at,
    imageId: plan.bootsFromVolume ? null : plan.imageId,
    bootImage: plan.bootsFromVolume ? null : bootImage(image),
    imageProperties: image?.properties ?? {},
    flavorId: flavor.id,
    flavorName: flavor.name,
    vcpus: flavor.vcpus,
    memoryMib: flavor.memoryMib,
    diskGib: flavor.diskGib,
    ephemeralGib: flavor.ephemeralGib,
    swapMib: flavor.swapMib,
    extraSpecs: flavor.extraSpecs,
    host: null,
    wantedHost: place.host,
    availabilityZone: place.zone,
    pinnedZone: place.zone,
    state: "building",
    task: "scheduling",
    taskSince: now,
    power: null,
    progress: 0,
    fault: null,
    keyName: keypair?.name ?? null,
    keyKind: keypair?.kind ?? null,
    publicKey: keypair?.publicKey ?? null,
    userData: asked.user_data ?? null,
    configDrive: wantsDrive(asked, image),
    personality: (asked.personality ?? []).map(({ path = "", contents = "" }) => ({ path, contents })),
    diskConfig: asked["OS-DCF:diskConfig"] ?? "MANUAL",
    metadata: asked.metadata ?? {},
    tags: [...new Set(asked.tags)],
    schedulerHints: wanted.hints,
    serverGroupId: place.groupId,
    trustedImageCertificates: asked.trusted_image_certificates ?? null,
    encryptedPassword: null,
    locked: false,
    lockedBy: null,
    lockedReason: null,
    accessIpV4: asked.accessIPv4 || null,
    accessIpV6: asked.accessIPv6 || null,
    rootDevice: "/dev/vda",
    createdAt: now,
    updatedAt: now,
    launchedAt: null,
    terminatedAt: null,
    deletedAt: null,
  };
}

function bootImage(image: BootImage | null) {
  return image && { imageId: image.id, format: image.diskFormat, path: image.path, sha512: image.sha512 };
}

function wantsDrive({ config_drive: asked, personality }: AskedServer, image: BootImage | null): boolean {
  const said = asked !== undefined && isYes(asked);
  return said || (personality?.length ?? 0) > 0 || image?.properties.img_config_drive === "mandatory";
}
