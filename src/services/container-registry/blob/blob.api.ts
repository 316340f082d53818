import { Readable } from "node:stream";
import { type Reply, reply } from "#platform/service/kit.ts";
import type { Range } from "../driver.ts";
import { refusal } from "../error.ts";
import { type Context, type Own, route, stream } from "../kit.ts";
import { type Digest, readDigest, spelled } from "../repository/digest.ts";
import { loadSeen, type Named } from "../repository/repository.load.ts";
import { rule } from "../repository/repository.rules.ts";
import type { Repository } from "../repository/repository.ts";
import { findShownBlob } from "../shown/shown.load.ts";
import { emptyBlob, isEmptyBlob, type ShownBlob } from "../shown/shown.ts";
import { forget } from "./blob.forget.ts";
import { findLinked, holdLink, keepLink } from "./blob.store.ts";
import { notedEvery } from "./blob.ts";
import { readRange } from "./range.ts";

const one = "/{name}/blobs/{digest}";

/** https://github.com/opencontainers/distribution-spec/blob/main/spec.md#pulling-blobs */
export const blobRoutes = [
  stream({ on: `HEAD ${one}`, rule: rule.pull, of: loadBlob, stream: look }),
  stream({ on: `GET ${one}`, rule: rule.pull, of: loadBlob, stream: pull }),
  route({ on: `DELETE ${one}`, rule: rule.delete, status: { "1.1": 202 }, of: loadBlob, run: remove }),
];

interface OfBlob extends Repository {
  readonly digest: Digest;
  readonly size: number;
  /** Absent where a neighbour has it, or it is the one that is everywhere. */
  readonly own?: { readonly key: string; readonly seenAt: string };
  readonly shown?: ShownBlob;
}

async function loadBlob(
  ctx: Context,
  { path }: { path: Named["path"] & { readonly digest: string } },
): Promise<OfBlob> {
  const it = await loadSeen(ctx, { path });
  const digest = readDigest(path.digest);
  const own = await findLinked(ctx.db, it, digest);
  if (own) return { ...it, digest, size: own.size, own };
  if (isEmptyBlob(digest)) return { ...it, digest, size: emptyBlob.length };
  const shown = await findShownBlob(ctx, it, digest);
  if (!shown) throw unknownBlob(it, digest);
  return { ...it, digest, size: shown.size, shown };
}

function unknownBlob({ name }: Repository, digest: Digest) {
  return refusal("BLOB_UNKNOWN", `There is no blob ${spelled(digest)} in ${name}.`);
}

/** Whoever asks before a push counts on what is there: it stays for a while. */
async function look(world: Own, it: OfBlob): Promise<Reply> {
  const { own, size } = it;
  if (own && Date.parse(world.now) - Date.parse(own.seenAt) > notedEvery * 1000)
    await world.write(async (tx) => {
      if (await holdLink(tx.db, it, own.key)) await keepLink(tx.db, it, own.key, tx.now);
    });
  return reply(undefined, { status: 200, headers: { ...headersOf(it), "content-length": String(size) } });
}

async function pull(world: Own, it: OfBlob, { ctx }: { ctx: Context }): Promise<Reply> {
  const { size } = it;
  const range = readRange(ctx.headers.range, size);
  if (range === "unsatisfiable")
    throw refusal("SIZE_INVALID", `The range is not within the blob's ${size} bytes.`, {
      status: 416,
      headers: { "content-range": `bytes */${size}` },
    });
  const bytes = await open(world, it, range);
  const headers = headersOf(it);
  if (!range) return reply(bytes, { status: 200, headers: { ...headers, "content-length": String(size) } });
  const { start, end } = range;
  const part = { "content-length": String(end - start + 1), "content-range": `bytes ${start}-${end}/${size}` };
  return reply(bytes, { status: 206, headers: { ...headers, ...part } });
}

async function open({ driver }: Own, { own, shown }: OfBlob, range: Range | undefined): Promise<Readable> {
  if (own) return driver.open(own.key, range);
  if (shown) return driver[shown.from.kind].open(shown.from.place, range);
  const { start, end } = range ?? { start: 0, end: emptyBlob.length - 1 };
  return Readable.from([emptyBlob.subarray(start, end + 1)], { objectMode: false });
}

function headersOf({ digest }: OfBlob) {
  return {
    "content-type": "application/octet-stream",
    "accept-ranges": "bytes",
    "docker-content-digest": spelled(digest),
    etag: `"${spelled(digest)}"`,
  };
}

async function remove(ctx: Context, it: OfBlob) {
  const { key } = it.own ?? {};
  if (key === undefined || !(await holdLink(ctx.db, it, key))) throw unknownBlob(it, it.digest);
  if (await forget(ctx, it, key)) return;
  throw refusal("UNSUPPORTED", `A manifest in ${it.name} speaks of ${spelled(it.digest)}: delete that first.`);
}
