import { Readable } from "node:stream";
import { ApiError, badRequest, conflict, forbidden, notFound, tooLarge } from "#platform/api/errors.ts";
import { Gone, Refused } from "#platform/service/driver.ts";
import { type Ctx, type Reply, reply, type World } from "#platform/service/kit.ts";
import { Unsafe } from "../inspect/sample.ts";
import { Watch } from "../inspect/watch.ts";
import { type ImageScope, stream } from "../kit.ts";
import { rule } from "../rules.ts";
import { load, type OfImage } from "./image.api.ts";
import { changeUploading, findImage, takeForUpload } from "./image.store.ts";
import { type Image, largestBytes, silence, type Way, ways } from "./image.ts";
import { readRange } from "./range.ts";

const on = "/images/{image_id}/file";
const staging = "/images/{image_id}/stage";
const bytesType = "application/octet-stream";

export const fileRoutes = [
  stream({ on: `PUT ${on}`, rule: rule.upload_image, accepts: [bytesType], of: load, stream: receive(ways.upload) }),
  stream({
    on: `PUT ${staging}`,
    rule: rule.modify_image,
    accepts: [bytesType],
    of: load,
    stream: receive(ways.stage),
  }),
  stream({ on: `GET ${on}`, rule: rule.download_image, of: load, stream: download }),
];

type Own = World<ImageScope>;
interface Coming {
  readonly bytes: Readable;
  readonly ctx: Ctx<ImageScope>;
}

function receive(way: Way) {
  return (world: Own, { image }: OfImage, coming: Coming) => upload(world, image, way, coming);
}

async function upload(world: Own, image: Image, way: Way, { bytes, ctx }: Coming): Promise<Reply> {
  requireBytes(ctx);
  requireFormats(image);
  const uploadId = ctx.newId();
  if (!(await world.write((tx) => takeForUpload(tx.db, image.id, way, uploadId, tx.now))))
    throw conflict(await notQueued(world, image, way));
  try {
    await keep(world, image, way, uploadId, await store(world, image, uploadId, bytes));
  } catch (why) {
    bytes.resume();
    throw (await giveBack(world, uploadId)) ? refusal(why) : lost();
  }
  return reply(undefined, { status: 204 });
}

function requireBytes({ headers }: Ctx<ImageScope>) {
  const type = headers["content-type"] ?? bytesType;
  if (!type.startsWith(bytesType))
    throw new ApiError(415, `The request media type ${type} is not supported by this server: ${bytesType} is wanted.`);
  if (Number(headers["content-length"] ?? 0) > largestBytes)
    throw tooLarge(`The incoming image is too large: at most ${largestBytes} bytes are taken.`);
}

function requireFormats({ diskFormat, containerFormat }: Image) {
  const missing = [!diskFormat && "disk_format", !containerFormat && "container_format"].filter(Boolean).join(", ");
  if (missing) throw badRequest(`Properties ${missing} must be set prior to saving data.`);
}

async function notQueued({ db }: Own, { id }: Image, { meanwhile }: Way): Promise<string> {
  const status = (await findImage(db, id))?.status ?? "deleted";
  return `Image status transition from ${status} to ${meanwhile} is not allowed`;
}

interface Kept {
  readonly size: number;
  readonly virtualSize: number | null;
  readonly md5: string;
  readonly sha512: string;
  readonly path: string;
}

async function store(
  world: Own,
  { diskFormat, containerFormat }: Image,
  uploadId: string,
  bytes: Readable,
): Promise<Kept> {
  const watch = containerFormat === "bare" ? new Watch(diskFormat!) : undefined;
  const sizes: { virtual: number | null } = { virtual: null };
  const watched = Readable.from(pass(world, uploadId, bytes, watch, sizes), { objectMode: false });
  const { sizeBytes: size, md5, sha512 } = await world.driver.put(uploadId, watched, { limitBytes: largestBytes });
  return { size, virtualSize: sizes.virtual, md5, sha512, path: await world.driver.locate(uploadId) };
}

/** The request's bytes, looked at unless they are a container of something, with a sign of life now and then. */
async function* pass(
  world: Own,
  uploadId: string,
  bytes: Readable,
  watch: Watch | undefined,
  sizes: { virtual: number | null },
) {
  let last = world.now;
  for await (const chunk of bytes.iterator({ destroyOnReturn: false }) as AsyncIterable<Buffer>) {
    watch?.take(chunk);
    if (Date.parse(world.now) - Date.parse(last) > (silence / 5) * 1000) {
      last = world.now;
      if (!(await world.write((tx) => changeUploading(tx.db, uploadId, { uploadAt: tx.now })))) throw lost();
    }
    yield chunk;
  }
  sizes.virtual = watch?.end() ?? null;
}

async function keep(world: Own, { id, owner }: Image, way: Way, uploadId: string, kept: Kept) {
  const won = await world.write(async (tx) => {
    const there = await changeUploading(tx.db, uploadId, {
      ...kept,
      status: way.after,
      uploadAt: null,
      updatedAt: tx.now,
    });
    if (there && way.after === "active") await tx.emit("image.uploaded", { imageId: id, projectId: owner });
    return there;
  });
  if (won) return;
  await world.driver.delete(uploadId);
  throw lost();
}

function lost() {
  return new ApiError(
    410,
    "Image could not be found after upload. The image may have been deleted during the upload, cleaning up the chunks uploaded.",
  );
}

/** False if the image was taken from this upload: deleted, as a rule. */
function giveBack(world: Own, uploadId: string): Promise<boolean> {
  return world.write((tx) =>
    changeUploading(tx.db, uploadId, { status: "queued", uploadId: null, uploadAt: null, updatedAt: tx.now }),
  );
}

function refusal(why: unknown): unknown {
  if (why instanceof Unsafe) return new ApiError(415, why.message);
  if (why instanceof Refused) return tooLarge(why.message);
  return why;
}

async function download({ driver }: Own, { image }: OfImage, { ctx }: Coming): Promise<Reply> {
  if (image.status === "deactivated" && !ctx.actor.roles.includes("admin"))
    throw forbidden("The requested image has been deactivated. Image data download is forbidden.");
  if (image.path === null || image.uploadId === null || image.status === "uploading")
    return reply(undefined, { status: 204 });
  const size = image.size ?? 0;
  const range = readRange(ctx.headers.range, size);
  if (range === "unsatisfiable")
    throw new ApiError(416, `The range is not within the image's ${size} bytes.`, {
      headers: { "content-range": `bytes */${size}` },
    });
  const bytes = await driver.open(image.uploadId, range).catch((why) => {
    throw why instanceof Gone ? notFound(`Image ${image.id} has no data.`) : why;
  });
  return reply(bytes, { status: range ? 206 : 200, headers: headersOf(image, size, range) });
}

function headersOf(
  { md5 }: Image,
  size: number,
  range: { start: number; end: number } | undefined,
): Record<string, string> {
  const common = { "content-type": bytesType, "accept-ranges": "bytes" };
  if (!range) return { ...common, "content-length": String(size), ...(md5 && { "content-md5": md5 }) };
  const { start, end } = range;
  return { ...common, "content-length": String(end - start + 1), "content-range": `bytes ${start}-${end}/${size}` };
}
