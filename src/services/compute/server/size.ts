import { badRequest, forbidden } from "#platform/api/errors.ts";
import type { BootImage } from "#services/image/index.ts";
import type { Flavor } from "../flavor/flavor.ts";
import type { DiskPlan } from "./plan.ts";

const gib = 1024 ** 3;

/** Refuses a flavor or volume that is too small for the image. */
export function refuseUnfit(flavor: Flavor, image: BootImage | null, plan: DiskPlan, mayZeroDisk: boolean): void {
  if (!image) return;
  if (flavor.memoryMib < image.minRamMib) throw badRequest("Flavor's memory is too small for requested image.");
  if (plan.bootsFromVolume) refuseSmallVolume(plan, image);
  else if (flavor.diskGib > 0) refuseSmallDisk(flavor.diskGib, image);
  else if (!mayZeroDisk) throw forbidden("Only volume-backed servers are allowed for flavors with zero disk.");
}

function refuseSmallDisk(diskGib: number, image: BootImage) {
  const [disk, needed] = [diskGib * gib, Math.max(image.sizeBytes, image.virtualBytes)];
  if (disk < needed)
    throw badRequest(
      `Flavor's disk is too small for requested image. Flavor disk is ${disk} bytes, image is ${needed} bytes.`,
    );
  if (diskGib < image.minDiskGib)
    throw badRequest(
      `Flavor's disk is smaller than the minimum size specified in image metadata. Flavor disk is ${disk} bytes, minimum size is ${image.minDiskGib * gib} bytes.`,
    );
}

function refuseSmallVolume({ disks }: DiskPlan, image: BootImage) {
  const size = (disks.find((it) => it.bootIndex === 0)?.gib ?? Number.POSITIVE_INFINITY) * gib;
  const needed = Math.max(image.minDiskGib * gib, image.virtualBytes);
  if (size < needed)
    throw badRequest(
      `Volume is smaller than the minimum size specified in image metadata. Volume size is ${size} bytes, minimum size is ${needed} bytes.`,
    );
}
