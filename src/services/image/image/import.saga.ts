import type { CallContext, StepTx } from "#platform/service/kit.ts";
import type { ImageDriver, Place, Stored } from "../driver.ts";
import { act, type ImageScope, saga } from "../kit.ts";
import { dropBytes } from "../place/drop-bytes.saga.ts";
import { forgetBytes, keepPlace } from "../place/place.keeping.ts";
import { changeImage, findImage } from "./image.store.ts";
import { comingInto, largestBytes } from "./image.ts";

type Given = Place;

/** Staged bytes become the image's, in a store. */
export const importImage = saga<Given>("image.image.import", {
  steps: [
    act("copy", {
      within: 6 * 3600,
      ask: staged,
      call: copy,
      note: keep,
      undo: { ask: target, call: drop, note: forget },
    }),
  ],
  failed: putBack,
});

type Step = StepTx<ImageScope, Given>;
interface Copy {
  readonly from: Place;
  readonly to: Place;
  readonly expect: Stored;
}

async function target({ given: { store, key } }: Step): Promise<Place> {
  return { store, key };
}

async function staged(tx: Step): Promise<Copy | null> {
  const it = await findImage(tx.db, tx.subject);
  const [from] = it ? comingInto(it) : [];
  if (!it || !from) return null;
  return { from, to: await target(tx), expect: { sizeBytes: it.size!, md5: it.md5!, sha512: it.sha512! } };
}

async function copy(driver: ImageDriver, asked: Copy | null, { signal }: CallContext): Promise<string | null> {
  if (!asked) return null;
  await driver.copy(asked.from, asked.to, { limitBytes: largestBytes, expect: asked.expect, signal });
  return driver.locate(asked.to);
}

async function keep(tx: Step, path: string | null, asked: Copy | null) {
  if (path === null || !asked) return forgetBytes(tx, tx.given);
  const { from, to, expect } = asked;
  const none = { uploadId: null, uploadStore: null };
  await changeImage(tx.db, tx.subject, { ...none, status: "active", updatedAt: tx.now });
  await keepPlace(tx, tx.subject, { ...to, ...expect, path });
  await tx.start(dropBytes, tx.subject, from);
  const it = await findImage(tx.db, tx.subject);
  await tx.emit("image.uploaded", { imageId: tx.subject, projectId: it?.owner ?? null });
}

function drop(driver: ImageDriver, at: Place) {
  return driver.delete(at);
}

function forget(tx: Step) {
  return forgetBytes(tx, tx.given);
}

/** What is staged stays, so that its owner can try again. */
async function putBack() {}
