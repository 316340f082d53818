import { chmod, chown, rename, rm, stat } from "node:fs/promises";
import { Refused } from "#platform/service/driver.ts";
import type { GuestImage } from "#services/compute/driver.ts";
import type { GuestUser } from "../guest-user.ts";
import { baseOf, keepBase, measure } from "./images.ts";
import type { GuestFiles, Layout } from "./layout.ts";
import { ifMissing, sync } from "./record.ts";
import { run } from "./run.ts";
import type { Turns } from "./turns.ts";

export interface RootDisk {
  readonly image: GuestImage;
  readonly diskGib: number;
  readonly files: GuestFiles;
  readonly user: GuestUser;
}

/** The guest's own disk over its image, as large as the flavor says. One that is there is kept. */
export async function makeRootDisk(layout: Layout, bases: Turns, it: RootDisk, signal?: AbortSignal): Promise<void> {
  if (await stat(it.files.root).catch(ifMissing)) return;
  await bases.take("bases", () => keepBase(layout, it.image), signal);
  const bytes = sizeFor(await measure(layout, it.image, signal), it.diskGib);
  const next = `${it.files.root}.new`;
  await rm(next, { force: true });
  const over = ["-u", "-b", baseOf(layout, it.image), "-F", it.image.format];
  await run("qemu-img", ["create", "-q", "-f", "qcow2", ...over, next, String(bytes)], { signal });
  await chown(next, it.user.uid, it.user.gid);
  await chmod(next, 0o600);
  await sync(next);
  await rename(next, it.files.root);
}

function sizeFor(imageBytes: number, diskGib: number): number {
  const flavorBytes = diskGib * 2 ** 30;
  if (diskGib === 0) return imageBytes;
  if (flavorBytes >= imageBytes) return flavorBytes;
  const sizes = `Flavor disk is ${flavorBytes} bytes, image is ${imageBytes} bytes.`;
  throw new Refused(`Flavor's disk is too small for requested image. ${sizes}`);
}
