import type { Tx } from "#platform/service/kit.ts";
import { changeImage, lockImage } from "../image/image.store.ts";
import { comingInto, type Image } from "../image/image.ts";
import type { ImageScope } from "../kit.ts";
import { dropBytes } from "../place/drop-bytes.saga.ts";
import { forgetBytes, letGo } from "../place/place.keeping.ts";
import { listPlaces } from "../place/place.store.ts";
import { changeTask, findTask } from "../task/task.store.ts";
import { ended } from "../task/task.ts";
import type { Import } from "./import.ts";

type Own = Tx<ImageScope>;

/** The image has its bytes: it can be used, and what was staged for it goes. */
export async function succeed(tx: Own, it: Image, { task, method }: Import) {
  const opens = method !== "copy-image" && it.status === "importing";
  const none = { uploadId: null, uploadStore: null, taskId: null, importingTo: [] };
  await changeImage(tx.db, it.id, { ...none, ...(opens && { status: "active" as const }), updatedAt: tx.now });
  for (const at of comingInto(it)) await tx.start(dropBytes, it.id, at);
  await changeTask(tx.db, task, ended("success", tx.now, "", { image_id: it.id }));
  if (opens) await tx.emit("image.uploaded", { imageId: it.id, projectId: it.owner });
}

/** The image is as it was before; what its owner staged stays, so that another try can be made. */
export async function fail(tx: Own, id: string, asked: Import, why?: string) {
  const it = await lockImage(tx.db, id);
  if (!it) return;
  for (const { store } of await listPlaces(tx.db, [id]))
    if (asked.to.some((to) => to.store === store)) await letGo(tx, id, store);
  const { disk, made } = asked.convert ?? {};
  for (const at of [...asked.to, disk, made]) if (at) await forgetBytes(tx, at);
  if (asked.stage) for (const at of comingInto(it)) await tx.start(dropBytes, id, at);
  await changeImage(tx.db, id, {
    ...before(it, asked),
    taskId: null,
    importingTo: [],
    failedImport: it.failedImport?.length ? it.failedImport : asked.to.map(({ store }) => store),
    updatedAt: tx.now,
  });
  const message = why ?? (await findTask(tx.db, asked.task))?.message;
  await changeTask(tx.db, asked.task, ended("failure", tx.now, message));
}

function before({ status }: Image, { method, stage, before }: Import): Partial<Image> {
  if (method === "copy-image") return stage ? { uploadId: null, uploadStore: null } : {};
  if (status !== "importing" && status !== "active") return {};
  if (method === "glance-direct") return { status: "uploading" };
  const none = { uploadId: null, uploadStore: null, size: null, virtualSize: null, md5: null, sha512: null };
  return { ...before, ...none, status: "queued" };
}
