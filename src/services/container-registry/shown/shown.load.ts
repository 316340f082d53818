import { imageAsManifest, imagesNamed } from "../image/image.ts";
import type { Context } from "../kit.ts";
import type { Digest } from "../repository/digest.ts";
import type { Place } from "../repository/repository.ts";
import { asName, type Shown, type ShownBlob } from "./shown.ts";

/** What neighbours have that a repository shows, the newest first. */
export async function listShown(ctx: Context, { projectId, repository }: Place): Promise<readonly Shown[]> {
  const name = imagesNamed(repository);
  if (name === undefined) return [];
  const images = await ctx.needs.image.listShown(ctx, projectId);
  const meant = images.filter((it) => it.sha512 !== "" && (it.id === name || asName(it.name ?? "") === name));
  return meant.map((it, at) => imageAsManifest(it, at === 0 ? ["latest", it.id] : [it.id]));
}

export async function findShownBlob(
  ctx: Context,
  place: Place,
  { algorithm, hex }: Digest,
): Promise<ShownBlob | undefined> {
  const all = (await listShown(ctx, place)).flatMap(({ blobs }) => blobs);
  return all.find(({ digests }) => digests.some((it) => it.algorithm === algorithm && it.hex === hex));
}

/** The repositories of a project that show something. */
export async function listShowing(ctx: Context, projectId: string): Promise<readonly string[]> {
  const images = await ctx.needs.image.listShown(ctx, projectId);
  return images.map((it) => `images/${asName(it.name ?? "") || it.id}`);
}
