import type { Readable } from "node:stream";
import { badRequest, forbidden } from "#platform/api/errors.ts";
import type { Ctx, Tx, World } from "#platform/service/kit.ts";
import { defaultStore } from "../driver.ts";
import type { Asking, Bringing, NewImage } from "../index.ts";
import { type ImageScope, joined } from "../kit.ts";
import { rule } from "../rules.ts";
import { keep, refusal, signOfLife, take } from "./file.api.ts";
import { forget } from "./image.delete.ts";
import { makeImage } from "./image.make.ts";
import { lockImage } from "./image.store.ts";
import { largestBytes, ways } from "./image.ts";
import { receive } from "./receive.ts";

/**
 * Makes an image of bytes that a neighbour has, looked at and hashed as any upload: it is there with its bytes, or not at all. A
 * program that is killed meanwhile leaves one without bytes: `forgetUnfinished` is for that.
 */
export async function bringImage(door: Bringing, asking: Asking, it: NewImage, bytes: Readable): Promise<string> {
  const own = worldOf(door);
  const at = { store: defaultStore(own.driver).id, key: asking.newId() };
  const image = await own.write(async (tx) => {
    const image = await makeImage(ctxOn(tx, asking), bodyOf(it));
    if (!image.diskFormat || !image.containerFormat) throw badRequest("An image has a disk and a container format.");
    requireMay(asking, it.owner);
    await take(tx, image, ways.upload, at);
    await door.begun(tx, image.id);
    return image;
  });
  try {
    const bounds = { limitBytes: largestBytes, ...signOfLife(own, at) };
    const found = await receive(own.driver, image, at, bytes, bounds);
    await keep(own, image, ways.upload, found, (tx) => door.done(tx, image.id));
  } catch (why) {
    await own.write((tx) => drop(tx, image.id));
    throw refusal(why);
  }
  return image.id;
}

/** An image whose bytes will not come any more goes; false while they may come still. */
export async function forgetUnfinished(tx: Tx<ImageScope>, id: string): Promise<boolean> {
  const image = await lockImage(tx.db, id);
  if (image?.status === "saving") return false;
  if (image?.status === "queued") await forget(tx, image);
  return true;
}

async function drop(tx: Tx<ImageScope>, id: string) {
  const image = await lockImage(tx.db, id);
  if (image && image.status !== "active") await forget(tx, image);
}

function worldOf({ driver, write }: Bringing) {
  const own = { driver, write: (work: (tx: Tx<ImageScope>) => Promise<unknown>) => write((tx) => work(joined(tx))) };
  return own as World<ImageScope>;
}

function ctxOn(tx: Tx<ImageScope>, { actor, may, headers, remote, url, version }: Asking) {
  return Object.assign(tx, { actor, may, headers, remote, url, version }) as unknown as Ctx<ImageScope>;
}

function requireMay({ may }: Asking, owner: string) {
  for (const one of [rule.add_image, rule.upload_image])
    if (!may(one, { projectId: owner })) throw forbidden(`You are not authorized to complete ${one.name} action.`);
}

function bodyOf({ name, owner, diskFormat, containerFormat, minDisk, minRam, properties }: NewImage) {
  const fixed = { name, owner, visibility: "private", disk_format: diskFormat, container_format: containerFormat };
  return { ...properties, ...fixed, min_disk: minDisk, min_ram: minRam };
}
