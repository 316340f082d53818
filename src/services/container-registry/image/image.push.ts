import type { Readable } from "node:stream";
import { ApiError } from "#platform/api/errors.ts";
import { findLinked } from "../blob/blob.store.ts";
import { refusal } from "../error.ts";
import type { Context, Own, Transaction } from "../kit.ts";
import { keep, type Pushed, requireBlobs } from "../manifest/manifest.keep.ts";
import { findManifest } from "../manifest/manifest.store.ts";
import type { Repository } from "../repository/repository.ts";
import { deleteArrival, insertArrival } from "./arrival.store.ts";
import { imageOf } from "./image.ts";

/** A manifest that is a boot image becomes one of the image service, in the same breath as it is kept. */
export async function pushImage(world: Own, ctx: Context, it: Repository, name: string, pushed: Pushed): Promise<void> {
  if (await findManifest(ctx.db, it, pushed.digest)) return world.write((tx) => keep(tx, it, pushed));
  const image = imageOf(pushed.said, name, it.projectId);
  if (!image) throw refusal("MANIFEST_INVALID", noImage);
  await requireBlobs(ctx, it, pushed.said);
  const { layer, ...described } = image;
  const bytes = await world.driver.open((await findLinked(ctx.db, it, layer.digest))!.key);
  const door = {
    driver: world.driver.images,
    write: world.write as never,
    begun: (tx: object, imageId: string) => begun(tx as Transaction, imageId),
    done: (tx: object, imageId: string) => done(tx as Transaction, it, pushed, imageId),
  };
  await ctx.needs.image
    .bring(door, ctx, described, bytes)
    .catch((why) => {
      throw inOurWords(why);
    })
    .finally(() => (bytes as Readable).destroy());
}

const noImage =
  "Below images/ there are boot images: one layer of a disk, whose format its media type or the annotation org.openstack.image.disk_format says.";

async function begun(tx: Transaction, imageId: string) {
  await insertArrival(tx.db, { imageId, beganAt: tx.now });
}

async function done(tx: Transaction, it: Repository, pushed: Pushed, imageId: string) {
  await deleteArrival(tx.db, imageId);
  await keep(tx, it, pushed);
}

/** The image service's sentence, with a code that clients of registries know. */
function inOurWords(why: unknown): unknown {
  if (!(why instanceof ApiError) || why.kind !== undefined || why.status >= 500) return why;
  const { status, message } = why;
  return status === 403 || status === 413
    ? refusal("DENIED", message, { status })
    : refusal("MANIFEST_INVALID", message);
}
