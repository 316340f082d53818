import { chmod, constants, copyFile, link, readdir, rename, rm, stat } from "node:fs/promises";
import { join } from "node:path";
import { Refused } from "#platform/service/driver.ts";
import type { GuestImage } from "#services/compute/driver.ts";
import { guestUser } from "../guest-user.ts";
import type { Layout } from "./layout.ts";
import { ifMissing, listRecords, sync } from "./record.ts";
import { Failed, runAs } from "./run.ts";

const formats = ["raw", "qcow2"];

export function baseOf(layout: Layout, { imageId, sha512 }: GuestImage): string {
  return join(layout.bases, `${imageId}-${sha512}`);
}

/** The host's own link to (or copy of) an image's bytes: deleting the image takes nothing from the guests over it. */
export async function keepBase(layout: Layout, image: GuestImage): Promise<void> {
  const base = baseOf(layout, image);
  if (await stat(base).catch(ifMissing)) return;
  const next = `${base}.new`;
  await rm(next, { force: true });
  await linkOrCopy(image, next);
  await chmod(next, 0o444);
  await sync(next);
  await rename(next, base);
}

/** How many bytes the image's disk has. An image that leads to other files is refused. */
export async function measure(layout: Layout, image: GuestImage, signal?: AbortSignal): Promise<number> {
  if (!formats.includes(image.format)) throw unacceptable(image, `disk format ${image.format} is not supported`);
  const args = ["info", "--output=json", "-f", image.format, baseOf(layout, image)];
  const text = await runAs(guestUser(image.imageId), "qemu-img", args, { signal }).catch((why) => {
    throw why instanceof Failed ? unacceptable(image, why.message) : why;
  });
  return sizeOf(image, JSON.parse(text));
}

/** Every link or copy that no guest lies over. */
export async function listUnusedBases(layout: Layout): Promise<string[]> {
  const images = (await listRecords(layout)).flatMap(({ guest }) =>
    guest.root.kind === "image" ? [guest.root.image] : [],
  );
  const used = new Set(images.map((image) => baseOf(layout, image)));
  const all = (await readdir(layout.bases).catch(ifMissing)) ?? [];
  return all.map((name) => join(layout.bases, name)).filter((path) => !used.has(path));
}

export async function dropUnusedBases(layout: Layout): Promise<void> {
  for (const path of await listUnusedBases(layout)) await rm(path, { force: true });
}

interface Info {
  readonly "virtual-size": number;
  readonly "backing-filename"?: string;
  readonly "format-specific"?: { readonly data?: { readonly "data-file"?: string } };
}

function sizeOf(image: GuestImage, info: Info): number {
  if (info["backing-filename"]) throw unacceptable(image, "it has a backing file");
  if (info["format-specific"]?.data?.["data-file"]) throw unacceptable(image, "it has a data file");
  return info["virtual-size"];
}

async function linkOrCopy(image: GuestImage, to: string) {
  await link(image.path, to).catch((why) => {
    if (why.code === "ENOENT") throw unacceptable(image, "its data is not there");
    return copyFile(image.path, to, constants.COPYFILE_FICLONE);
  });
}

function unacceptable(image: GuestImage, why: string): Refused {
  return new Refused(`Image ${image.imageId} is unacceptable: ${why}`);
}
