import type { Readable } from "node:stream";
import { type Reply, reply } from "#platform/service/kit.ts";
import { refusal } from "../error.ts";
import { pushImage } from "../image/image.push.ts";
import { imagesNamed } from "../image/image.ts";
import { type Context, type Own, route, stream } from "../kit.ts";
import { digestOf, findDigest, readDigest, spelled } from "../repository/digest.ts";
import { load, loadToPush, type Named } from "../repository/repository.load.ts";
import { rule } from "../repository/repository.rules.ts";
import type { Repository } from "../repository/repository.ts";
import { findShown, listOffered, tagsOf } from "../shown/shown.load.ts";
import { deleteTag } from "../tag/tag.store.ts";
import { isTag } from "../tag/tag.ts";
import { keep, type Pushed } from "./manifest.keep.ts";
import { deleteManifest, findManifest, findTagged, listReferrers } from "./manifest.store.ts";
import { largestManifest, NoManifest, ociIndex, ociManifest, readManifest } from "./manifest.ts";
import { referrersIndex } from "./manifest.view.ts";

const one = "/{name}/manifests/{reference}";

/** https://github.com/opencontainers/distribution-spec/blob/main/spec.md#pushing-manifests */
export const manifestRoutes = [
  stream({ on: `GET ${one}`, rule: rule.pull, of: load, stream: pull }),
  stream({ on: `PUT ${one}`, rule: rule.push, of: loadToPush, stream: push }),
  route({ on: `DELETE ${one}`, rule: rule.delete, status: { "1.1": 202 }, of: load, run: remove }),
  route({ on: "GET /{name}/referrers/{digest}", rule: rule.pull, of: load, run: referrers }),
];

interface Input {
  readonly path: Named["path"] & { readonly reference: string };
  readonly query: unknown;
}

async function pull(world: Own, it: Repository, { path, ctx }: Pick<Coming, "path" | "ctx">): Promise<Reply> {
  const { content, digest, mediaType } = await found(world, ctx, it, path.reference);
  const headers = { "content-type": mediaType, "content-length": String(content.length) };
  return reply(content, { headers: { ...headers, "docker-content-digest": digest, etag: `"${digest}"` } });
}

async function found(world: Own, ctx: Context, it: Repository, reference: string) {
  const { db } = ctx;
  const digest = findDigest(reference);
  const manifest = digest ? await findManifest(db, it, spelled(digest)) : await findTagged(db, it, reference);
  if (manifest) return manifest;
  const shown = await findShown(world, await listOffered(ctx, it), reference);
  if (!shown) throw unknownManifest(it, reference);
  return { content: shown.content, digest: shown.digest, mediaType: ociManifest };
}

function unknownManifest({ name }: Repository, reference: string) {
  return refusal("MANIFEST_UNKNOWN", `There is no manifest ${reference} in ${name}.`);
}

interface Coming {
  readonly path: Input["path"];
  readonly query: unknown;
  readonly bytes: Readable;
  readonly ctx: Context;
}

async function push(world: Own, it: Repository, { path, query, bytes, ctx }: Coming): Promise<Reply> {
  const content = await wholeOf(bytes, ctx);
  const pushed = readPushed(content, path.reference, query, ctx.headers["content-type"]);
  const image = imagesNamed(it.repository);
  if (image === undefined) await world.write((tx) => keep(tx, it, pushed));
  else await pushImage(world, ctx, it, image, pushed);
  const { digest, said, tags } = pushed;
  const headers: Record<string, string> = {
    location: `/v2/${it.name}/manifests/${digest}`,
    "docker-content-digest": digest,
    ...(said.subject !== null && { "oci-subject": said.subject }),
    ...(!isTag(path.reference) && tags.length > 0 && { "oci-tag": tags.join(", ") }),
  };
  return reply(undefined, { status: 201, headers });
}

/** By tag; or by digest, and with tags in the query. */
function readPushed(content: Buffer, reference: string, query: unknown, type: string | undefined): Pushed {
  const digest = findDigest(reference);
  const tags = digest ? [(query as Record<string, string | string[]>).tag ?? []].flat() : [reference];
  const bad = tags.find((tag) => !isTag(tag));
  if (bad !== undefined) throw refusal("MANIFEST_INVALID", `${JSON.stringify(bad)} is no tag.`);
  const found = digestOf(content, digest?.algorithm);
  if (digest && found !== spelled(digest)) throw refusal("DIGEST_INVALID", `What was sent is not ${spelled(digest)}.`);
  try {
    return { content, digest: found, said: readManifest(content, type), tags };
  } catch (why) {
    throw why instanceof NoManifest ? refusal("MANIFEST_INVALID", why.message) : why;
  }
}

async function wholeOf(bytes: Readable, { headers }: Context): Promise<Buffer> {
  const tooLarge = () => refusal("SIZE_INVALID", `Manifests have ${largestManifest} bytes at most.`, { status: 413 });
  const parts: Buffer[] = [];
  let size = Number(headers["content-length"] ?? 0);
  if (size <= largestManifest) {
    size = 0;
    for await (const part of bytes.iterator({ destroyOnReturn: false }) as AsyncIterable<Buffer>) {
      size += part.length;
      if (size > largestManifest) break;
      parts.push(part);
    }
  }
  if (size <= largestManifest) return Buffer.concat(parts);
  bytes.resume();
  throw tooLarge();
}

/** By tag: the tag goes. By digest: the manifest goes, and its tags with it. */
async function remove(ctx: Context, it: Repository, { path: { reference } }: Input) {
  const digest = findDigest(reference);
  const gone = digest ? await deleteManifest(ctx.db, it, spelled(digest)) : await deleteTag(ctx.db, it, reference);
  if (gone) return;
  const isShown = tagsOf(await listOffered(ctx, it)).length > 0;
  if (!isShown) throw unknownManifest(it, reference);
  throw refusal("UNSUPPORTED", `${it.name} shows what another service has: delete it there.`);
}

async function referrers(
  ctx: Context,
  it: Repository,
  { path, query }: { path: { readonly digest: string }; query: unknown },
): Promise<Reply> {
  const subject = spelled(readDigest(path.digest));
  const wanted = [(query as Record<string, string | string[]>).artifactType ?? []].flat().at(-1);
  const headers = { "content-type": ociIndex, ...(wanted !== undefined && { "oci-filters-applied": "artifactType" }) };
  const index = referrersIndex(await listReferrers(ctx.db, it, subject, wanted));
  return reply(Buffer.from(JSON.stringify(index)), { headers });
}
