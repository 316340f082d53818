import type { Readable } from "node:stream";
import { type Reply, reply } from "#platform/service/kit.ts";
import { holdInProject, keepLink } from "../blob/blob.store.ts";
import { dropBytes } from "../blob/drop-bytes.saga.ts";
import { ofDriver, refusal } from "../error.ts";
import { type Context, type Own, route, stream } from "../kit.ts";
import { requireRoom } from "../quota.ts";
import { type Digest, findDigest, readDigest, spelled } from "../repository/digest.ts";
import { load, loadSeen, loadToPush, type Named } from "../repository/repository.load.ts";
import { rule } from "../repository/repository.rules.ts";
import { type Repository, readName } from "../repository/repository.ts";
import { finish } from "./upload.finish.ts";
import { type Held, hold, letGo, receive, unknownUpload } from "./upload.receive.ts";
import { deleteUpload, findUpload, insertUpload } from "./upload.store.ts";
import { rangeOf, readContentRange, type Upload } from "./upload.ts";

const all = "/{name}/blobs/uploads";
const one = `${all}/{upload}`;

/** https://github.com/opencontainers/distribution-spec/blob/main/spec.md#pushing-blobs */
export const uploadRoutes = [
  stream({ on: `POST ${all}`, rule: rule.push, of: loadToPush, stream: begin }),
  stream({ on: `PATCH ${one}`, rule: rule.push, of: loadUpload, stream: add }),
  stream({ on: `PUT ${one}`, rule: rule.push, of: loadUpload, stream: close }),
  route({ on: `GET ${one}`, rule: rule.push, of: loadUpload, run: show }),
  route({ on: `DELETE ${one}`, rule: rule.push, status: { "1.1": 204 }, of: loadUpload, run: cancel }),
];

type Query = Readonly<Record<string, string | string[] | undefined>>;
interface Coming {
  readonly query: unknown;
  readonly bytes: Readable;
  readonly ctx: Context;
}
interface OfUpload extends Repository {
  readonly upload: Upload;
}

async function loadUpload(
  ctx: Context,
  { path }: { path: Named["path"] & { readonly upload: string } },
): Promise<OfUpload> {
  const it = await loadSeen(ctx, { path });
  const upload = await findUpload(ctx.db, it, path.upload);
  if (!upload) throw unknownUpload(path.upload);
  return { ...it, upload };
}

function word(query: unknown, key: string): string | undefined {
  return [(query as Query)[key]].flat().at(-1);
}

/** A session; or the whole blob at once; or a blob that is there already, in this repository or another one of the project. */
async function begin(world: Own, it: Repository, { query, bytes, ctx }: Coming): Promise<Reply> {
  const digest = word(query, "digest");
  const wanted = digest === undefined ? undefined : orDrained(bytes, () => readDigest(digest));
  if (wanted === undefined && (await mount(world, ctx, it, query))) return made(it, word(query, "mount")!);
  const upload = await newUpload(world, ctx, it).catch((why) => drained(bytes, why));
  if (wanted) return brought(world, { ...it, upload }, wanted, { query, bytes, ctx });
  bytes.resume();
  return waiting(it, upload);
}

function newUpload(world: Own, ctx: Context, { projectId, repository }: Repository): Promise<Upload> {
  const id = ctx.newId();
  return world.write(async (tx) => {
    await requireRoom(tx, projectId, 1);
    const upload = { id, projectId, repository, size: 0, holder: null, heldAt: null, updatedAt: tx.now };
    await insertUpload(tx.db, upload);
    return upload;
  });
}

/** Without a word of where it is, it is looked for in the whole project. */
async function mount(world: Own, ctx: Context, to: Repository, query: unknown): Promise<boolean> {
  const digest = findDigest(word(query, "mount") ?? "");
  if (!digest) return false;
  const from = word(query, "from");
  const source = from === undefined ? to : await sourceOf(ctx, from);
  if (!source || !ctx.may(rule.pull, source)) return false;
  return world.write(async (tx) => {
    const repository = from === undefined ? undefined : source.repository;
    const blob = await holdInProject(tx.db, source.projectId, repository, digest);
    if (!blob) return false;
    if (source.projectId !== to.projectId) await requireRoom(tx, to.projectId, blob.size);
    await keepLink(tx.db, to, blob.key, tx.now);
    return true;
  });
}

async function sourceOf(ctx: Context, name: string): Promise<Repository | undefined> {
  return readName(name) && load(ctx, { path: { name } }).catch(() => undefined);
}

async function add(world: Own, { upload, ...it }: OfUpload, { bytes, ctx }: Coming): Promise<Reply> {
  const held = await taken(world, { ...it, upload }, { bytes, ctx });
  await letGo(world, held);
  return waiting(it, held);
}

async function close(world: Own, it: OfUpload, { query, bytes, ctx }: Coming): Promise<Reply> {
  const digest = orDrained(bytes, () => readDigest(word(query, "digest") ?? ""));
  return brought(world, it, digest, { query, bytes, ctx });
}

async function brought(world: Own, it: OfUpload, digest: Digest, { bytes, ctx }: Coming): Promise<Reply> {
  const held = await taken(world, it, { bytes, ctx });
  await finish(world, held, digest).catch((why) => {
    throw ofDriver(why);
  });
  return made(it, spelled(digest));
}

/** The upload with what this request brings. */
async function taken(world: Own, { upload, ...it }: OfUpload, { bytes, ctx }: Omit<Coming, "query">): Promise<Held> {
  const held = await hold(world, ctx, upload.id).catch((why) => drained(bytes, why));
  const wrong = misplaced(it, held, ctx.headers);
  if (wrong) {
    await letGo(world, held);
    return drained(bytes, wrong);
  }
  return receive(world, ctx, held, bytes).catch((why) => {
    throw ofDriver(why);
  });
}

/** Chunks come in their order, each with all its bytes. */
function misplaced(it: Repository, upload: Upload, headers: Context["headers"]): Error | undefined {
  const text = headers["content-range"];
  if (text === undefined) return undefined;
  const range = readContentRange(text);
  const length = headers["content-length"];
  const whole = range && (length === undefined || Number(length) === range.end - range.start + 1);
  if (whole && range.start === upload.size) return undefined;
  const why = `The range ${text} does not go on from byte ${upload.size}, or is not what was sent.`;
  return refusal("BLOB_UPLOAD_INVALID", why, { status: 416, headers: headersOf(it, upload) });
}

function show(_ctx: Context, { upload, ...it }: OfUpload): Reply {
  return reply(undefined, { status: 204, headers: headersOf(it, upload) });
}

/** Whoever writes just now finds it gone. */
async function cancel(ctx: Context, { upload }: OfUpload) {
  await deleteUpload(ctx.db, upload.id);
  await ctx.start(dropBytes, upload.id);
}

function waiting(it: Repository, upload: Upload): Reply {
  return reply(undefined, { status: 202, headers: headersOf(it, upload) });
}

function headersOf({ name }: Repository, upload: Upload): Record<string, string> {
  const location = `/v2/${name}/blobs/uploads/${upload.id}`;
  return { location, range: rangeOf(upload), "docker-upload-uuid": upload.id };
}

function made({ name }: Repository, digest: string): Reply {
  const headers = { location: `/v2/${name}/blobs/${digest}`, "docker-content-digest": digest };
  return reply(undefined, { status: 201, headers });
}

/** Who is refused may still be sending: it is let run out, so that the refusal is heard. */
function drained(bytes: Readable, why: unknown): never {
  bytes.resume();
  throw why;
}

function orDrained<T>(bytes: Readable, read: () => T): T {
  try {
    return read();
  } catch (why) {
    return drained(bytes, why);
  }
}
