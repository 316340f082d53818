import type { Tx } from "#platform/service/kit.ts";
import { uncache } from "../cache/cached.keeping.ts";
import type { ImageScope } from "../kit.ts";
import { listLocations } from "../location/location.store.ts";
import { dropBytes } from "../place/drop-bytes.saga.ts";
import { letGo } from "../place/place.keeping.ts";
import { changeTask } from "../task/task.store.ts";
import { ended } from "../task/task.ts";
import { deleteImage } from "./image.store.ts";
import { comingInto, type Image } from "./image.ts";

/** Whatever runs for the image ends. To be said before the image is held: each step holds its saga first, then the image. */
export async function callOff(tx: Tx<ImageScope>, imageId: string) {
  await tx.cancel(imageId);
  for (const { id } of await listLocations(tx.db, [imageId])) await tx.cancel(id);
}

/** The image is gone, and whatever runs for it ends. */
export async function forget(tx: Tx<ImageScope>, it: Image) {
  await callOff(tx, it.id);
  if (it.taskId) await changeTask(tx.db, it.taskId, ended("failure", tx.now, "The image was deleted."));
  await letGo(tx, it.id);
  await uncache(tx, [it.id]);
  await deleteImage(tx.db, it.id);
  for (const at of comingInto(it)) await tx.start(dropBytes, it.id, at);
  await tx.emit("image.deleted", { imageId: it.id, projectId: it.owner });
}
