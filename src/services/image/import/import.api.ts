import { Type } from "typebox";
import { badRequest, conflict, forbidden } from "#platform/api/errors.ts";
import { shapes } from "#platform/api/versions.ts";
import { Refused } from "#platform/service/driver.ts";
import type { Ctx } from "#platform/service/kit.ts";
import { seal } from "#platform/store/seal.ts";
import type { ImageDriver, Store } from "../driver.ts";
import { holdAgain, load, type OfImage } from "../image/image.load.ts";
import { whereIs } from "../image/image.look.ts";
import { changeImage } from "../image/image.store.ts";
import type { Image } from "../image/image.ts";
import { asking, type ImageScope } from "../kit.ts";
import { requireNotOver } from "../quota.ts";
import { rule } from "../rules.ts";
import type { ImportMethod } from "../settings.ts";
import { type ImportBody, requireImportBody, requireRemote, storesAsked } from "./import.body.ts";
import { keepTask, start } from "./import.start.ts";
import type { Remote } from "./import.ts";

const body = shapes<Record<string, unknown>>({ "2.16": Type.Object({}, { additionalProperties: true }) });

/** https://docs.openstack.org/api-ref/image/v2/index.html#import-an-image */
export const importRoutes = [
  asking({
    on: "POST /images/{image_id}/import",
    rule: rule.get_image,
    body,
    status: { "2.16": 202 },
    of: load,
    call: outside,
    run: bring,
  }),
];

type Own = Ctx<ImageScope>;
interface Outside {
  readonly stores: readonly Store[];
  /** Why the URI may not be asked for. */
  readonly refused: string | null;
}
interface Asked {
  readonly body: Record<string, unknown>;
}

async function outside({ stores, web }: ImageDriver, _: object, { body }: Asked): Promise<Outside> {
  const uri = (body.method as { uri?: unknown } | undefined)?.uri;
  try {
    if (typeof uri === "string") web?.judge(uri);
    return { stores, refused: null };
  } catch (why) {
    if (why instanceof Refused) return { stores, refused: why.message };
    throw why;
  }
}

async function bring(ctx: Own, before: OfImage, { body }: Asked, outside: Outside) {
  const asked = requireImportBody(body, ctx.settings);
  const of = await holdAgain(ctx, before, rule.get_image);
  const { image } = of;
  const method = asked.method.name as ImportMethod;
  requireState(image, method);
  const remote = method === "glance-download" ? await findRemote(ctx, asked) : undefined;
  requireMay(ctx, of, method);
  const stores = await storesFor(ctx, image, asked, outside.stores);
  if (stores.length === 0) return changeImage(ctx.db, image.id, { importingTo: [], failedImport: [] });
  requireUri(method, asked, outside);
  await requireNotOver(
    ctx,
    image.owner,
    "image_size_total",
    ...(isDownload(method) ? (["image_stage_total"] as const) : []),
  );
  const task = await keepTask(ctx, image.id, { image_id: image.id, import_req: asked, backend: stores });
  const must = asked.all_stores_must_succeed ?? true;
  await start(ctx, image, { task, method, stores, must, uri: asked.method.uri as string | undefined, remote });
}

function requireState({ status, containerFormat, diskFormat, taskId }: Image, method: ImportMethod) {
  if (status === "active" && method !== "copy-image")
    throw conflict("Image with status active cannot be target for import");
  if (status !== "active" && method === "copy-image")
    throw conflict("Only images with status active can be targeted for copying");
  if (taskId) throw conflict("Image has active task");
  if (status !== "queued" && isDownload(method))
    throw conflict(`Image needs to be in 'queued' state to use '${method}' method`);
  if (status !== "uploading" && method === "glance-direct")
    throw conflict("Image needs to be staged before 'glance-direct' method can be used");
  if (!containerFormat) throw conflict("'container_format' needs to be set before import");
  if (!diskFormat) throw conflict("'disk_format' needs to be set before import");
}

function isDownload(method: ImportMethod): boolean {
  return method === "web-download" || method === "glance-download";
}

async function findRemote(ctx: Own, asked: ImportBody): Promise<Remote> {
  const { imageId, region, face } = requireRemote(asked);
  const { projectId } = ctx.actor;
  const url = (await ctx.needs.identity?.endpoint(ctx, { type: "image", region, interface: face, projectId })) ?? null;
  return { url, imageId, token: seal(ctx.headers["x-auth-token"] ?? "") };
}

/** Copies are for those who have the rule; anything else is for who may change the image. */
function requireMay(ctx: Own, of: OfImage, method: ImportMethod) {
  const wanted = method === "copy-image" ? rule.copy_image : rule.modify_image;
  if (!ctx.may(wanted, of)) throw forbidden(`You are not authorized to complete ${wanted.name} action.`);
}

/** Where the bytes go: of all stores only those that have not got them yet. */
async function storesFor(ctx: Own, image: Image, asked: ImportBody, known: readonly Store[]): Promise<string[]> {
  const stores = storesAsked(asked, ctx.headers["x-image-meta-store"], known);
  if (asked.method.name !== "copy-image") return stores;
  const has = (await whereIs(ctx, image.id)).places.map(({ store }) => store);
  const present = stores.find((one) => has.includes(one));
  if (present !== undefined && !asked.all_stores) throw badRequest(`Image is already present at store '${present}'`);
  return stores.filter((one) => !has.includes(one));
}

function requireUri(method: ImportMethod, { method: { uri } }: ImportBody, { refused }: Outside) {
  if (method !== "web-download" || (typeof uri === "string" && uri !== "" && !refused)) return;
  const shown = typeof uri === "string" ? uri.replace(/\/\/[^/@]*@/, "//") : "None";
  throw badRequest(`URI for web-download does not pass filtering: ${shown}`);
}
