import type { ActiveArtifact } from "../../artifact/index.ts";
import type { ShownImage } from "../../image/index.ts";
import { artifactAsManifest, artifactBlobs, artifactsNamed, asTag } from "../artifact/artifact.ts";
import { imageAsManifest, imageBlob, imagesNamed } from "../image/image.ts";
import { learnDigests } from "../image/image-digest.learn.ts";
import { imageDigests } from "../image/image-digest.store.ts";
import type { Context, Own } from "../kit.ts";
import type { Digest } from "../repository/digest.ts";
import type { Place } from "../repository/repository.ts";
import { asName, type Shown, type ShownBlob } from "./shown.ts";

/** What neighbours have that a repository shows, before its manifests are made; the newest first. */
export interface Offered {
  readonly images: readonly ShownImage[];
  readonly artifacts: readonly ActiveArtifact[];
}

export async function listOffered(ctx: Context, { projectId, repository }: Place): Promise<Offered> {
  const name = imagesNamed(repository);
  const which = artifactsNamed(repository);
  const images = name === undefined ? [] : await ctx.needs.image.listShown(ctx, projectId);
  const artifacts = which ? await artifactsOf(ctx, projectId, which.typeName) : [];
  return {
    images: images.filter((it) => it.sha512 !== "" && (it.id === name || asName(it.name ?? "") === name)),
    artifacts: artifacts.filter((it) => asName(it.name) === which?.name),
  };
}

/** As the project sees them. */
function artifactsOf(ctx: Context, projectId: string, typeName?: string) {
  return ctx.needs.artifact.listActive(ctx, { ...ctx.actor, projectId, roles: [] }, typeName ? { typeName } : {});
}

export function tagsOf({ images, artifacts }: Offered): readonly string[] {
  const all = [...images.map(({ id }) => id), ...artifacts.map(({ version }) => asTag(version))];
  return all.length > 0 ? ["latest", ...all] : [];
}

/** The manifest of one of them by its tag, or its digest: where an image's bytes were never read for their digest, they are now. */
export async function findShown(world: Own, offered: Offered, reference: string): Promise<Shown | undefined> {
  const { images, artifacts } = ofTag(offered, reference);
  const known = await learnDigests(world, images);
  const all = [
    ...images.map((it) => imageAsManifest(it, known.get(it.id)!)),
    ...artifacts.map((it) => artifactAsManifest(it)),
  ];
  return tagsOf(offered).includes(reference) ? all[0] : all.find(({ digest }) => digest === reference);
}

function ofTag(offered: Offered, reference: string): Offered {
  const { images, artifacts } = offered;
  if (reference === "latest") return { images: images.slice(0, 1), artifacts: artifacts.slice(0, 1) };
  if (!tagsOf(offered).includes(reference)) return offered;
  return {
    images: images.filter(({ id }) => id === reference),
    artifacts: artifacts.filter(({ version }) => asTag(version) === reference),
  };
}

export async function findShownBlob(ctx: Context, place: Place, wanted: Digest): Promise<ShownBlob | undefined> {
  const { images, artifacts } = await listOffered(ctx, place);
  const known = await imageDigests(
    ctx.db,
    images.map(({ id }) => id),
  );
  const all = [...images.map((it) => imageBlob(it, known.get(it.id))), ...artifacts.flatMap(artifactBlobs)];
  const isWanted = ({ algorithm, hex }: Digest) => algorithm === wanted.algorithm && hex === wanted.hex;
  return all.find(({ digests }) => digests.some(isWanted));
}

/** The repositories of a project that show something. */
export async function listShowing(ctx: Context, projectId: string): Promise<readonly string[]> {
  const [images, artifacts] = [await ctx.needs.image.listShown(ctx, projectId), await artifactsOf(ctx, projectId)];
  return [
    ...images.map((it) => `images/${asName(it.name ?? "") || it.id}`),
    ...artifacts.map((it) => `artifacts/${it.typeName}/${asName(it.name)}`),
  ];
}
