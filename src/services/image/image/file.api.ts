import type { Readable } from "node:stream";
import { ApiError, badRequest, conflict, forbidden, notFound, tooLarge } from "#platform/api/errors.ts";
import { Gone, Refused } from "#platform/service/driver.ts";
import { type Ctx, type Reply, reply, type Tx, type World } from "#platform/service/kit.ts";
import { isAdmin } from "../actor.ts";
import { findCached, noteHit } from "../cache/cached.store.ts";
import { defaultStore, type Place, staging } from "../driver.ts";
import { Unsafe } from "../inspect/sample.ts";
import { type ImageScope, stream } from "../kit.ts";
import { asTheyWere } from "../location/location.bytes.ts";
import { listLocations } from "../location/location.store.ts";
import { firstKnown } from "../location/location.ts";
import { keepPlace } from "../place/place.keeping.ts";
import { listPlaces } from "../place/place.store.ts";
import { requireNotOver, requireRoom } from "../quota.ts";
import { rule } from "../rules.ts";
import { load, type OfImage } from "./image.load.ts";
import { changeUploading, findImage, takeForUpload } from "./image.store.ts";
import { type Image, largestBytes, type Way, ways } from "./image.ts";
import { type Range, readRange } from "./range.ts";
import { type Received, receive } from "./receive.ts";
import { BadSignature } from "./signature.ts";

const on = "/images/{image_id}/file";
const stage = "/images/{image_id}/stage";
const bytesType = "application/octet-stream";

export const fileRoutes = [
  stream({ on: `PUT ${on}`, rule: rule.upload_image, accepts: [bytesType], of: load, stream: receiver(ways.upload) }),
  stream({
    on: `PUT ${stage}`,
    rule: rule.modify_image,
    accepts: [bytesType],
    of: load,
    stream: receiver(ways.stage),
  }),
  stream({ on: `GET ${on}`, rule: rule.download_image, of: load, stream: download }),
];

type Own = World<ImageScope>;
interface Coming {
  readonly bytes: Readable;
  readonly ctx: Ctx<ImageScope>;
}

function receiver(way: Way) {
  return (world: Own, { image }: OfImage, coming: Coming) => upload(world, image, way, coming);
}

async function upload(world: Own, image: Image, way: Way, { bytes, ctx }: Coming): Promise<Reply> {
  requireBytes(ctx);
  requireFormats(image);
  const at = { store: way === ways.stage ? staging : storeFor(world, ctx), key: ctx.newId() };
  if (!(await world.write((tx) => take(tx, image, way, at)))) throw conflict(await notQueued(world, image, way));
  try {
    const bounds = { limitBytes: largestBytes, ...signOfLife(world, at) };
    await keep(world, image, way, await receive(world.driver, image, at, bytes, bounds));
  } catch (why) {
    bytes.resume();
    throw (await giveBack(world, at)) ? refusal(why) : lost();
  }
  return reply(undefined, { status: 204 });
}

/** The image is this upload's, unless its project has too much already. */
export async function take(tx: Tx<ImageScope>, { id, owner }: Image, way: Way, at: Place): Promise<boolean> {
  await requireNotOver(tx, owner, way === ways.stage ? "image_stage_total" : "image_size_total");
  await requireRoom(tx, owner, { image_count_uploading: 1 });
  return takeForUpload(tx.db, id, way, at, tx.now);
}

function storeFor({ driver }: Own, { headers }: Ctx<ImageScope>): string {
  const asked = headers["x-image-meta-store"];
  if (asked === undefined) return defaultStore(driver).id;
  if (driver.stores.some(({ id }) => id === asked)) return asked;
  throw badRequest(`Store for identifier ${asked} not found`);
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

/** Says again and again that the upload goes on, and ends it when the image was taken from it. */
export function signOfLife(world: Own, { key }: Place) {
  let gone = false;
  return {
    async beat() {
      gone = !(await world.write((tx) => changeUploading(tx.db, key, { uploadAt: tx.now })));
    },
    look() {
      if (gone) throw lost();
    },
  };
}

/** Staged bytes wait where they are; others are the image's from now on, and `also` happens in the same transaction. */
export async function keep(
  world: Own,
  { id, owner }: Image,
  way: Way,
  { at, path, ...found }: Received,
  also?: (tx: Tx<ImageScope>) => Promise<void>,
) {
  const none = way === ways.stage ? {} : { uploadId: null, uploadStore: null };
  const won = await world.write(async (tx) => {
    const to = { ...found, ...none, status: way.after, uploadAt: null, updatedAt: tx.now };
    if (!(await changeUploading(tx.db, at.key, to))) return false;
    if (way === ways.stage) return true;
    await keepPlace(tx, id, { ...at, sha512: found.sha512, sizeBytes: found.size, path });
    await tx.emit("image.uploaded", { imageId: id, projectId: owner });
    await also?.(tx);
    return true;
  });
  if (won) return;
  await world.driver.delete(at);
  throw lost();
}

function lost() {
  return new ApiError(
    410,
    "Image could not be found after upload. The image may have been deleted during the upload, cleaning up the chunks uploaded.",
  );
}

/** False if the image was taken from this upload: deleted, as a rule. */
function giveBack(world: Own, { key }: Place): Promise<boolean> {
  const none = { uploadId: null, uploadStore: null, uploadAt: null };
  return world.write((tx) => changeUploading(tx.db, key, { ...none, status: "queued", updatedAt: tx.now }));
}

export function refusal(why: unknown): unknown {
  if (why instanceof BadSignature) return badRequest(why.message);
  if (why instanceof Unsafe) return new ApiError(415, why.message);
  if (why instanceof Refused) return tooLarge(why.message);
  return why;
}

/** The bytes of an image that is in no store come from where they are; if they are known, no others do. */
async function downloadOutside({ driver, db }: Pick<Own, "driver" | "db">, image: Image): Promise<Reply> {
  const all = await listLocations(db, [image.id]);
  const location = firstKnown(all) ?? all[0];
  if (!location || !driver.web) return reply(undefined, { status: 204 });
  const { bytes, sizeBytes } = await driver.web.open(location.url).catch((why) => {
    throw why instanceof Refused ? notFound(`Image ${image.id} has no data: ${why.message}`) : why;
  });
  const size = location.size ?? sizeBytes;
  if (sizeBytes !== null && sizeBytes !== size) {
    bytes.destroy();
    throw notFound(
      `Image ${image.id} has no data: there are ${sizeBytes} bytes at its location, and there were ${size}.`,
    );
  }
  const headers: Record<string, string> = { "content-type": bytesType };
  if (size !== null) headers["content-length"] = String(size);
  if (image.md5 && location.sha512) headers["content-md5"] = image.md5;
  return reply(location.sha512 ? asTheyWere(bytes, location.sha512) : bytes, { status: 200, headers });
}

/** The copy near at hand, if there is one. */
async function openNear({ driver: { cache }, db, write }: Own, id: string, range?: Range) {
  if (!cache || (await findCached(db, id))?.state !== "cached") return undefined;
  const bytes = await cache.open(id, range).catch(() => undefined);
  if (bytes) await write((tx) => noteHit(tx.db, id, tx.now));
  return bytes;
}

function noData({ id }: Image) {
  return (why: unknown): never => {
    throw why instanceof Gone ? notFound(`Image ${id} has no data.`) : why;
  };
}

async function download(world: Own, { image }: OfImage, { ctx }: Coming): Promise<Reply> {
  const { driver, db } = world;
  if (image.status === "deactivated" && !isAdmin(ctx.actor))
    throw forbidden("The requested image has been deactivated. Image data download is forbidden.");
  const [place] = await listPlaces(db, [image.id]);
  if (!place) return downloadOutside({ driver, db }, image);
  const size = image.size ?? 0;
  const range = readRange(ctx.headers.range, size);
  if (range === "unsatisfiable")
    throw new ApiError(416, `The range is not within the image's ${size} bytes.`, {
      headers: { "content-range": `bytes */${size}` },
    });
  const bytes = (await openNear(world, image.id, range)) ?? (await driver.open(place, range).catch(noData(image)));
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
