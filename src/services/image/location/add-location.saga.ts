import type { CallContext, StepTx } from "#platform/service/kit.ts";
import type { ImageDriver } from "../driver.ts";
import { changeImage, findImage, lockImage } from "../image/image.store.ts";
import { act, type ImageScope, saga } from "../kit.ts";
import { changeTask } from "../task/task.store.ts";
import { ended } from "../task/task.ts";
import { type Known, type Place, readPlace } from "./location.bytes.ts";
import { replaceLocations } from "./location.store.ts";
import type { Proof } from "./proof.ts";

interface Given {
  readonly task: string;
  readonly url: string;
  readonly proof: Proof;
}

/** An image's bytes are somewhere outside: they are read once, and known from then on. */
export const addLocation = saga<Given>("image.image.add-location", {
  steps: [act("read", { within: 6 * 3600, ask: wanted, call: read, note: keep })],
  failed: giveUp,
});

type Step = StepTx<ImageScope, Given>;

async function wanted(tx: Step): Promise<Place | null> {
  const it = await findImage(tx.db, tx.subject);
  await changeTask(tx.db, tx.given.task, { status: "processing", updatedAt: tx.now });
  return it ? { ...tx.given, diskFormat: it.diskFormat, containerFormat: it.containerFormat } : null;
}

async function read(driver: ImageDriver, asked: Place | null, { signal }: CallContext): Promise<Known | null> {
  return asked && readPlace(driver, asked, signal);
}

async function keep(tx: Step, known: Known | null) {
  const it = await lockImage(tx.db, tx.subject);
  if (!it || !known) return;
  const { sizeBytes: size, virtualSize, md5, sha512 } = known;
  const { task, url } = tx.given;
  const found = { size, virtualSize, sha512, trouble: null };
  const where = { id: tx.newId(), imageId: it.id, url, nth: 0, metadata: {}, createdAt: tx.now };
  await replaceLocations(tx.db, it.id, [{ ...where, ...found }]);
  await changeImage(tx.db, it.id, {
    size,
    virtualSize,
    md5,
    sha512,
    status: "active",
    taskId: null,
    updatedAt: tx.now,
  });
  await changeTask(tx.db, task, ended("success", tx.now, "", { image_id: it.id }));
  await tx.emit("image.uploaded", { imageId: it.id, projectId: it.owner });
}

async function giveUp(tx: Step, why: Error) {
  const it = await lockImage(tx.db, tx.subject);
  await changeTask(tx.db, tx.given.task, ended("failure", tx.now, why.message));
  if (it?.taskId === tx.given.task)
    await changeImage(tx.db, it.id, { status: "queued", taskId: null, updatedAt: tx.now });
}
