import { Refused } from "#platform/service/driver.ts";
import type { CallContext, StepTx } from "#platform/service/kit.ts";
import type { ImageDriver, Place } from "../driver.ts";
import { changeImage, findImage, lockImage } from "../image/image.store.ts";
import { comingInto } from "../image/image.ts";
import { Unsafe } from "../inspect/sample.ts";
import { act, type ImageScope } from "../kit.ts";
import { dropBytes } from "../place/drop-bytes.saga.ts";
import { forgetBytes } from "../place/place.keeping.ts";
import { type Converted, convert, isToConvert, type Wanted } from "./conversion.ts";
import { type Import, progress } from "./import.ts";

type Step = StepTx<ImageScope, Import>;

/** Staged bytes get the form that this cloud keeps its images in, if it keeps them in one. */
export const convertStep = act("convert", {
  within: 6 * 3600,
  ask: wanted,
  call: make,
  note: keep,
  undo: { ask: unwanted, call: drop, note: forget },
});

async function wanted({ db, subject, given }: Step): Promise<Wanted | null> {
  const it = await findImage(db, subject);
  const [from] = it ? comingInto(it) : [];
  if (!it || !from || !given.convert || !isToConvert(it, given.convert.to)) return null;
  return { imageId: it.id, from, format: it.diskFormat ?? "", container: it.containerFormat ?? "", ...given.convert };
}

async function make(driver: ImageDriver, asked: Wanted | null, { signal }: CallContext): Promise<Converted | null> {
  if (!asked) return null;
  const tell = (percent: number) => void progress.set(asked.imageId, percent);
  try {
    return await convert(driver, asked, { signal, progress: tell });
  } catch (why) {
    throw why instanceof Unsafe ? new Refused(why.message) : why;
  } finally {
    progress.delete(asked.imageId);
  }
}

/** The new bytes are the staged ones from now on. */
async function keep(tx: Step, done: Converted | null, asked: Wanted | null) {
  for (const at of places(tx.given)) await forgetBytes(tx, at);
  const it = await lockImage(tx.db, tx.subject);
  if (!it || !done || !asked) return;
  const { sizeBytes: size, virtualSize, md5, sha512 } = done;
  const formats = { diskFormat: asked.to, containerFormat: "bare" };
  const now = { uploadId: asked.made.key, uploadStore: asked.made.store, updatedAt: tx.now };
  await changeImage(tx.db, it.id, { ...{ size, virtualSize, md5, sha512 }, ...formats, ...now });
  for (const at of [asked.from, asked.disk]) await tx.start(dropBytes, it.id, at);
}

/** Of what was made that which the image did not get. */
async function unwanted(tx: Step): Promise<Place[]> {
  const it = await findImage(tx.db, tx.subject);
  return places(tx.given).filter(({ key }) => key !== it?.uploadId);
}

async function drop(driver: ImageDriver, all: Place[]) {
  for (const at of all) await driver.delete(at);
}

async function forget(tx: Step, _: unknown, all: Place[]) {
  for (const at of all) await forgetBytes(tx, at);
}

function places({ convert }: Import): Place[] {
  return convert ? [convert.disk, convert.made] : [];
}
