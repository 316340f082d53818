import type { CallContext, StepTx } from "#platform/service/kit.ts";
import type { ImageDriver, Place } from "../driver.ts";
import { changeImage, findImage, lockImage } from "../image/image.store.ts";
import { act, type ImageScope, saga, write } from "../kit.ts";
import { forgetBytes } from "../place/place.keeping.ts";
import { changeTask } from "../task/task.store.ts";
import { convertStep } from "./convert.step.ts";
import { copyToStore } from "./copy.saga.ts";
import { type Fetch, type Fetched, fetch } from "./fetch.ts";
import { fail } from "./import.keeping.ts";
import type { Import } from "./import.ts";
import { importEnd } from "./import-end.saga.ts";

/** Bytes that are staged, or were downloaded, go to the stores that were asked for. */
export const importImage = saga<Import>("image.image.import", {
  steps: [
    write("begin", { within: 60, run: begin }),
    act("fetch", {
      within: 6 * 3600,
      ask: wanted,
      call: bring,
      note: stage,
      undo: { ask: staged, call: drop, note: unstage },
    }),
    convertStep,
    write("spread", { within: 60, run: spread }),
  ],
  failed: (tx, why) => fail(tx, tx.subject, tx.given, why.message),
});

type Step = StepTx<ImageScope, Import>;

function begin(tx: Step) {
  return changeTask(tx.db, tx.given.task, { status: "processing", updatedAt: tx.now });
}

async function wanted({ db, subject, given }: Step): Promise<Fetch | null> {
  const it = await findImage(db, subject);
  if (!it || !given.stage) return null;
  const { diskFormat, containerFormat, properties } = it;
  const formats = { diskFormat, containerFormat };
  return { imageId: it.id, stage: given.stage, formats, properties, uri: given.uri, remote: given.remote };
}

async function bring(driver: ImageDriver, asked: Fetch | null, { signal }: CallContext): Promise<Fetched | null> {
  return asked && fetch(driver, asked, signal);
}

/** From now on the bytes are staged, as if their owner had done it. */
async function stage(tx: Step, got: Fetched | null) {
  const it = await lockImage(tx.db, tx.subject);
  if (!got || !it) return;
  const { at, size, virtualSize, md5, sha512, formats, properties } = got;
  await changeImage(tx.db, it.id, {
    ...{ size, virtualSize, md5, sha512, ...formats },
    uploadId: at.key,
    uploadStore: at.store,
    properties: { ...it.properties, ...properties },
    updatedAt: tx.now,
  });
  await forgetBytes(tx, at);
}

async function staged({ given }: Step): Promise<Place | null> {
  return given.stage;
}

async function drop(driver: ImageDriver, at: Place | null) {
  if (at) await driver.delete(at);
}

async function unstage(tx: Step, _: unknown, at: Place | null) {
  if (!at) return;
  await forgetBytes(tx, at);
  const it = await findImage(tx.db, tx.subject);
  if (it?.uploadId === at.key) await changeImage(tx.db, it.id, { uploadId: null, uploadStore: null });
}

async function spread(tx: Step) {
  const { task, to, must } = tx.given;
  for (const one of to) await tx.start(copyToStore, tx.subject, { task, to: one, opens: !must });
  await tx.start(importEnd, tx.subject, tx.given);
}
