import { ApiError } from "#platform/api/errors.ts";
import { findLinked } from "../blob/blob.store.ts";
import { refusal } from "../error.ts";
import type { Context, Own, Transaction } from "../kit.ts";
import { keep, missingFrom, type Pushed } from "../manifest/manifest.keep.ts";
import { findManifest } from "../manifest/manifest.store.ts";
import type { Descriptor } from "../manifest/manifest.ts";
import type { Digest } from "../repository/digest.ts";
import type { Repository } from "../repository/repository.ts";
import { findShownBlob } from "../shown/shown.load.ts";
import { deleteArrival, insertArrival } from "./arrival.store.ts";
import { imageOf } from "./image.ts";
import { keepImageDigest } from "./image-digest.store.ts";

/** A manifest that is a boot image becomes one of the image service, in the same breath as it is kept. */
export async function pushImage(world: Own, ctx: Context, it: Repository, name: string, pushed: Pushed): Promise<void> {
  if (await findManifest(ctx.db, it, pushed.digest)) return world.write((tx) => keep(tx, it, pushed));
  const image = imageOf(pushed.said, name, it.projectId);
  if (!image) throw refusal("MANIFEST_INVALID", noImage);
  const { layer, ...described } = image;
  const { shown, bytes } = await openLayer(world, ctx, it, layer.digest);
  const whole = { ...pushed, shown };
  const door = {
    driver: world.driver.images,
    write: world.write as never,
    begun: (tx: object, imageId: string) => begun(tx as Transaction, imageId),
    done: (tx: object, imageId: string) => done(tx as Transaction, it, { ...whole, layer }, imageId),
  };
  await ctx.needs.image
    .bring(door, ctx, described, bytes)
    .catch((why) => {
      throw inOurWords(why);
    })
    .finally(() => bytes.destroy());
}

/** A client that saw the layer here does not push it again: it may be another image's. */
async function openLayer(world: Own, ctx: Context, it: Repository, digest: Digest) {
  const own = await findLinked(ctx.db, it, digest);
  if (own) return { shown: [], bytes: await world.driver.open(own.key) };
  const shown = await findShownBlob(ctx, it, digest);
  if (!shown) throw missingFrom(it, digest);
  return { shown: [digest], bytes: await world.driver.images.open(shown.from.place) };
}

const noImage =
  "Below images/ there are boot images: one layer of a disk, whose format its media type or the annotation org.openstack.image.disk_format says.";

async function begun(tx: Transaction, imageId: string) {
  await insertArrival(tx.db, { imageId, beganAt: tx.now });
}

async function done(tx: Transaction, it: Repository, pushed: Pushed & { layer: Descriptor }, imageId: string) {
  await deleteArrival(tx.db, imageId);
  const { algorithm, hex: sha256 } = pushed.layer.digest;
  if (algorithm === "sha256") await keepImageDigest(tx.db, { imageId, sha256 });
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
