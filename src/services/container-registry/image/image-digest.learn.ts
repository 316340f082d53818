import { createHash } from "node:crypto";
import type { ShownImage } from "../../image/index.ts";
import { listener, type Own } from "../kit.ts";
import { deleteImageDigest, imageDigests, keepImageDigest } from "./image-digest.store.ts";

/** Reckonings under way: whoever asks meanwhile waits for the same one. */
const under = new Map<string, Promise<string>>();

/** The SHA-256 of images' bytes, which are read for it once. */
export async function learnDigests(world: Own, images: readonly ShownImage[]): Promise<ReadonlyMap<string, string>> {
  const known = new Map(
    await imageDigests(
      world.db,
      images.map(({ id }) => id),
    ),
  );
  for (const it of images) if (!known.has(it.id)) known.set(it.id, await learned(world, it));
  return known;
}

function learned(world: Own, it: ShownImage): Promise<string> {
  const running = under.get(it.id) ?? learn(world, it).finally(() => under.delete(it.id));
  under.set(it.id, running);
  return running;
}

async function learn({ driver, write }: Own, { id, place }: ShownImage): Promise<string> {
  const hash = createHash("sha256");
  for await (const part of await driver.images.open(place)) hash.update(part as Buffer);
  const sha256 = hash.digest("hex");
  await write((tx) => keepImageDigest(tx.db, { imageId: id, sha256 }));
  return sha256;
}

/** Forgotten with the image. */
export const forgetDigest = listener("container-registry.image.deleted", {
  on: "image.deleted",
  run: (tx, { imageId }: { readonly imageId: string }) => deleteImageDigest(tx.db, imageId),
});
