import type { CallContext, StepTx } from "#platform/service/kit.ts";
import type { ImageDriver, Place, Stored } from "../driver.ts";
import { changeImage, lockImage } from "../image/image.store.ts";
import { comingInto, type Image, largestBytes } from "../image/image.ts";
import { act, type ImageScope, saga } from "../kit.ts";
import { forgetBytes, keepPlace } from "../place/place.keeping.ts";
import { listPlaces } from "../place/place.store.ts";
import { changeTask } from "../task/task.store.ts";
import { type CopyTo, progress } from "./import.ts";

/** An image's bytes come to one store more. */
export const copyToStore = saga<CopyTo>("image.image.copy", {
  steps: [
    act("copy", {
      within: 6 * 3600,
      ask: source,
      call: copy,
      note: keep,
      undo: { ask: target, call: drop, note: forget },
    }),
  ],
  failed: giveUp,
});

type Step = StepTx<ImageScope, CopyTo>;
interface Copy {
  readonly imageId: string;
  readonly from: Place;
  readonly to: Place;
  readonly expect?: Stored;
}
interface Copied {
  readonly path: string;
  readonly stored: Stored;
}

async function source(tx: Step): Promise<Copy | null> {
  const it = await lockImage(tx.db, tx.subject);
  const [from] = it ? [...comingInto(it), ...(await listPlaces(tx.db, [it.id]))] : [];
  if (!it || !from) return null;
  return { imageId: it.id, from: { store: from.store, key: from.key }, to: tx.given.to, expect: expected(it) };
}

function expected({ size, md5, sha512 }: Image): Stored | undefined {
  return size === null || md5 === null || sha512 === null ? undefined : { sizeBytes: size, md5, sha512 };
}

async function copy(driver: ImageDriver, asked: Copy | null, { signal }: CallContext): Promise<Copied | null> {
  if (!asked) return null;
  const { imageId, from, to, expect } = asked;
  const tell = (percent: number) => void progress.set(imageId, percent);
  try {
    const stored = await driver.copy(from, to, { limitBytes: largestBytes, expect, signal, progress: tell });
    return { stored, path: await driver.locate(to) };
  } finally {
    progress.delete(imageId);
  }
}

async function keep(tx: Step, copied: Copied | null) {
  const { to, opens } = tx.given;
  const it = await lockImage(tx.db, tx.subject);
  if (!it || !copied) throw new Error("The image's bytes are no longer there.");
  await keepPlace(tx, it.id, { ...to, ...copied.stored, path: copied.path });
  const opened = opens && it.status === "importing";
  await changeImage(tx.db, it.id, {
    importingTo: without(it.importingTo, to.store),
    ...(opened && { status: "active" as const }),
    updatedAt: tx.now,
  });
  if (opened) await tx.emit("image.uploaded", { imageId: it.id, projectId: it.owner });
}

function without(stores: Image["importingTo"], store: string): string[] {
  return (stores ?? []).filter((one) => one !== store);
}

async function target({ given: { to } }: Step): Promise<Place> {
  return to;
}

function drop(driver: ImageDriver, at: Place) {
  return driver.delete(at);
}

function forget(tx: Step) {
  return forgetBytes(tx, tx.given.to);
}

async function giveUp(tx: Step, why: Error) {
  const { task, to } = tx.given;
  const it = await lockImage(tx.db, tx.subject);
  await forgetBytes(tx, to);
  await changeTask(tx.db, task, { message: `Copying to store ${to.store} failed: ${why.message}`, updatedAt: tx.now });
  if (!it) return;
  const failedImport = [...without(it.failedImport, to.store), to.store];
  await changeImage(tx.db, it.id, { importingTo: without(it.importingTo, to.store), failedImport });
}
