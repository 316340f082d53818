import { createHash } from "node:crypto";
import { Refused } from "#platform/service/driver.ts";
import type { CallContext, StepTx } from "#platform/service/kit.ts";
import type { ImageDriver, Stored } from "../driver.ts";
import { changeImage, findImage, lockImage } from "../image/image.store.ts";
import { type Image, largestBytes } from "../image/image.ts";
import { Watch } from "../inspect/watch.ts";
import { act, type ImageScope, saga } from "../kit.ts";
import { changeTask } from "../task/task.store.ts";
import { ended } from "../task/task.ts";
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
type Asked = Given & Pick<Image, "diskFormat" | "containerFormat">;
interface Known extends Stored {
  readonly virtualSize: number | null;
}

async function wanted(tx: Step): Promise<Asked | null> {
  const it = await findImage(tx.db, tx.subject);
  await changeTask(tx.db, tx.given.task, { status: "processing", updatedAt: tx.now });
  return it ? { ...tx.given, diskFormat: it.diskFormat, containerFormat: it.containerFormat } : null;
}

async function read({ web }: ImageDriver, asked: Asked | null, { signal }: CallContext): Promise<Known | null> {
  if (!asked) return null;
  if (!web) throw new Refused("This cloud knows no locations outside.");
  const { bytes } = await web.open(asked.url, { signal });
  const known = await hashed(bytes as AsyncIterable<Buffer>, asked);
  requireProof(asked.proof, known);
  return known;
}

async function hashed(bytes: AsyncIterable<Buffer>, { containerFormat, diskFormat, proof }: Asked) {
  const watch = containerFormat === "bare" && diskFormat ? new Watch(diskFormat) : undefined;
  const other = proof.os_hash_algo ?? "sha512";
  const [md5, sha512, own] = [createHash("md5"), createHash("sha512"), createHash(other)];
  let sizeBytes = 0;
  for await (const piece of bytes) {
    sizeBytes += piece.length;
    if (sizeBytes > largestBytes) throw new Refused(`The image is too large: at most ${largestBytes} bytes are taken.`);
    watch?.take(piece);
    for (const hash of [md5, sha512, own]) hash.update(piece);
  }
  const [virtualSize, hex] = [watch?.end() ?? null, own.digest("hex")];
  return { sizeBytes, virtualSize, md5: md5.digest("hex"), sha512: sha512.digest("hex"), own: hex };
}

function requireProof({ checksum, os_hash_value: value }: Proof, found: { md5: string; own: string }) {
  if (value !== undefined && value.toLowerCase() !== found.own)
    throw new Refused(`os_hash_value: (${value}) not matched with actual os_hash_value: (${found.own})`);
  if (checksum !== undefined && checksum.toLowerCase() !== found.md5)
    throw new Refused(`checksum: (${checksum}) not matched with actual checksum: (${found.md5})`);
}

async function keep(tx: Step, known: Known | null) {
  const it = await lockImage(tx.db, tx.subject);
  if (!it || !known) return;
  const { sizeBytes: size, virtualSize, md5, sha512 } = known;
  const { task, url } = tx.given;
  await replaceLocations(tx.db, it.id, [{ imageId: it.id, url, nth: 0, metadata: {}, createdAt: tx.now }]);
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
  await changeTask(tx.db, tx.given.task, ended("failure", tx.now, why.message));
  const it = await lockImage(tx.db, tx.subject);
  if (it?.taskId === tx.given.task)
    await changeImage(tx.db, it.id, { status: "queued", taskId: null, updatedAt: tx.now });
}
