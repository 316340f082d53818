import type { CallContext, StepTx } from "#platform/service/kit.ts";
import type { ImageDriver } from "../driver.ts";
import { findImage } from "../image/image.store.ts";
import type { Image } from "../image/image.ts";
import { act, type ImageScope, saga } from "../kit.ts";
import { type Known, type Place, readPlace } from "./location.bytes.ts";
import { changeLocation, findLocation } from "./location.store.ts";
import type { Proof } from "./proof.ts";

interface Given {
  readonly image: string;
}

/** Bytes that are said to be somewhere outside are read once: guests get those that were seen then, and no others. */
export const readLocation = saga<Given>("image.location.read", {
  moves: ({ image }) => [image],
  steps: [act("read", { within: 6 * 3600, ask: wanted, call: read, note: keep })],
  failed: sayWhy,
});

type Step = StepTx<ImageScope, Given>;

async function wanted({ db, subject, given }: Step): Promise<Place | null> {
  const [it, image] = [await findLocation(db, subject), await findImage(db, given.image)];
  if (!it || !image) return null;
  const { diskFormat, containerFormat } = image;
  return { url: it.url, proof: proofOf(image), diskFormat, containerFormat };
}

/** What the image is said to be. */
function proofOf({ md5, sha512 }: Image): Proof {
  return { ...(md5 && { checksum: md5 }), ...(sha512 && { os_hash_value: sha512 }) };
}

async function read(driver: ImageDriver, asked: Place | null, { signal }: CallContext): Promise<Known | null> {
  return asked && readPlace(driver, asked, signal);
}

async function keep({ db, subject }: Step, known: Known | null) {
  if (!known) return;
  const { sizeBytes: size, virtualSize, sha512 } = known;
  await changeLocation(db, subject, { size, virtualSize, sha512, trouble: null });
}

async function sayWhy({ db, subject }: Step, why: Error) {
  await changeLocation(db, subject, { trouble: why.message });
}
