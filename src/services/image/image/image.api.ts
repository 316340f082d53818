import { Type } from "typebox";
import { ApiError, badRequest, conflict, forbidden, notFound } from "#platform/api/errors.ts";
import { shapes } from "#platform/api/versions.ts";
import { type Ctx, reply } from "#platform/service/kit.ts";
import { type ImageScope, route } from "../kit.ts";
import { findMember } from "../member/member.store.ts";
import { dropBytes } from "../place/drop-bytes.saga.ts";
import { letGo } from "../place/place.keeping.ts";
import { rule } from "../rules.ts";
import { isAttribute, mismatch, readAttribute, readProperty, requireWritable } from "./image.attributes.ts";
import { type ImageQuery, readFilter, readLimit, readSort } from "./image.filter.ts";
import { applied, patchTypes, readChanges } from "./image.patch.ts";
import { changeImage, deleteImage, findImage, insertImage, listImages, lockImage, moveImage } from "./image.store.ts";
import { comingInto, type Image, importMethods, isVisible } from "./image.ts";
import { listed, shown } from "./image.view.ts";

const one = "/images/{image_id}";
const gone = { "2.16": 204 };
const anything = shapes<ImageQuery>({
  "2.16": Type.Object({}, { additionalProperties: Type.Union([Type.String(), Type.Array(Type.String())]) }),
});
const body = shapes<Record<string, unknown>>({ "2.16": Type.Object({}, { additionalProperties: true }) });
const patch = shapes<unknown[]>({ "2.16": Type.Array(Type.Unknown()) });

export const imageRoutes = [
  route({ on: "GET /images", rule: rule.get_images, query: anything, of: own, run: list }),
  route({ on: "POST /images", rule: rule.add_image, body, status: { "2.16": 201 }, of: owner, run: create }),
  route({ on: `GET ${one}`, rule: rule.get_image, of: load, run: show }),
  route({ on: `PATCH ${one}`, rule: rule.modify_image, body: patch, accepts: patchTypes, of: hold, run: update }),
  route({ on: `DELETE ${one}`, rule: rule.delete_image, status: gone, of: hold, run: remove }),
  route({ on: `PUT ${one}/tags/{tag}`, rule: rule.modify_image, status: gone, of: hold, run: addTag }),
  route({ on: `DELETE ${one}/tags/{tag}`, rule: rule.modify_image, status: gone, of: hold, run: removeTag }),
  route({ on: `POST ${one}/actions/deactivate`, rule: rule.deactivate, status: gone, of: hold, run: deactivate }),
  route({ on: `POST ${one}/actions/reactivate`, rule: rule.reactivate, status: gone, of: hold, run: reactivate }),
];

type Own = Ctx<ImageScope>;
/** An image as rules are asked about it. */
export interface OfImage {
  readonly projectId: string | null;
  readonly visibility: string;
  /** The actor's project, if the image is shared with it. */
  readonly memberId: string | null;
  readonly image: Image;
}
interface Named {
  readonly path: { readonly image_id: string };
}

/** The image that a path names, for those who may know of it. */
export async function load(ctx: Own, { path }: Named): Promise<OfImage> {
  return seen(ctx, path.image_id, await findImage(ctx.db, path.image_id));
}

/** The same, held until the end of the transaction. */
export async function hold(ctx: Own, { path }: Named): Promise<OfImage> {
  return seen(ctx, path.image_id, await lockImage(ctx.db, path.image_id));
}

async function seen({ db, actor }: Own, id: string, image: Image | undefined): Promise<OfImage> {
  const isMember = image?.visibility === "shared" && (await findMember(db, id, actor.projectId ?? "")) !== undefined;
  const isAdmin = actor.roles.includes("admin");
  if (!image || !(isAdmin || isVisible(image, actor.projectId, isMember)))
    throw notFound(`No image found with ID ${id}`);
  return {
    projectId: image.owner,
    visibility: image.visibility,
    memberId: isMember ? (actor.projectId ?? null) : null,
    image,
  };
}

function own({ actor }: Own) {
  return { projectId: actor.projectId };
}

function owner({ actor }: Own, { body }: { body: Record<string, unknown> }) {
  return { projectId: typeof body.owner === "string" ? body.owner : actor.projectId };
}

async function list({ db, actor }: Own, _: object, { query }: { query: ImageQuery }) {
  const limit = readLimit(query);
  const marker = [query.marker].flat().at(-1);
  const after = marker === undefined ? undefined : await findImage(db, marker);
  if (marker !== undefined && !after) throw badRequest(`Invalid marker. Image ${marker} could not be found.`);
  const seer = { projectId: actor.projectId, isAdmin: actor.roles.includes("admin") };
  const found = await listImages(db, seer, readFilter(query), { sort: readSort(query), after, limit });
  return listed(found, query, limit);
}

function show(_: Own, { image }: OfImage) {
  return shown(image);
}

async function create(ctx: Own, _: object, { body }: { body: Record<string, unknown> }) {
  const it = { ...blank(ctx), ...asked(body) };
  if (await findImage(ctx.db, it.id)) throw conflict(`Image ID ${it.id} already exists!`);
  requireMayShow(ctx, it);
  await insertImage(ctx.db, it);
  return reply(shown(it), {
    headers: { location: `${ctx.url}/images/${it.id}`, "openstack-image-import-methods": importMethods.join(",") },
  });
}

function blank({ newId, actor, now }: Own): Image {
  return {
    id: newId(),
    name: null,
    owner: actor.projectId ?? null,
    status: "queued",
    visibility: "shared",
    protected: false,
    hidden: false,
    containerFormat: null,
    diskFormat: null,
    minDisk: 0,
    minRam: 0,
    size: null,
    virtualSize: null,
    md5: null,
    sha512: null,
    properties: {},
    tags: [],
    uploadId: null,
    uploadStore: null,
    uploadAt: null,
    createdAt: now,
    updatedAt: now,
  };
}

function asked({ id, ...body }: Record<string, unknown>): Partial<Image> {
  let it: Partial<Image> = id === undefined ? {} : { id: readId(id) };
  const properties: Record<string, string> = {};
  for (const [key, value] of Object.entries(body)) {
    requireWritable(key);
    if (isAttribute(key)) it = { ...it, ...readAttribute(key, value) };
    else properties[key] = readProperty(key, value);
  }
  return { ...it, properties };
}

function readId(id: unknown): string {
  if (typeof id === "string" && /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/i.test(id)) return id;
  throw mismatch(`${JSON.stringify(id)} does not match the pattern of 'id'`);
}

/** Some ways of showing an image have rules of their own. */
function requireMayShow({ may }: Own, { visibility, owner: projectId }: Pick<Image, "visibility" | "owner">) {
  const asked =
    visibility === "public" ? rule.publicize_image : visibility === "community" ? rule.communitize_image : undefined;
  if (asked && !may(asked, { projectId })) throw forbidden(`You are not authorized to complete ${asked.name} action.`);
}

async function update(ctx: Own, { image }: OfImage, { body }: { body: unknown[] }) {
  const type = ctx.headers["content-type"] ?? "";
  if (!patchTypes.some((one) => type.startsWith(one)))
    throw new ApiError(415, `Image PATCH expects Content-Type one of: ${patchTypes.join(", ")}. Got: ${type}`, {
      headers: { "accept-patch": patchTypes.join(", ") },
    });
  const to = { ...applied(image, readChanges(body, type)), updatedAt: ctx.now };
  requireMayChange(ctx, image, to);
  await changeImage(ctx.db, image.id, to);
  return shown({ ...image, ...to });
}

function requireMayChange(ctx: Own, image: Image, to: Partial<Image>) {
  const after = { ...image, ...to };
  if (after.owner !== image.owner && !ctx.actor.roles.includes("admin"))
    throw forbidden("Owner can't be updated by non admin.");
  if (after.visibility !== image.visibility) requireMayShow(ctx, after);
  if (image.status === "queued") return;
  if (after.containerFormat !== image.containerFormat)
    throw forbidden("Attribute container_format can be only replaced for a queued image.");
  if (after.diskFormat !== image.diskFormat)
    throw forbidden("Attribute disk_format can be only replaced for a queued image.");
}

async function remove(ctx: Own, { image: it }: OfImage) {
  if (it.protected) throw forbidden(`Image ${it.id} is protected and cannot be deleted.`);
  await ctx.cancel(it.id);
  await letGo(ctx, it.id);
  await deleteImage(ctx.db, it.id);
  for (const at of comingInto(it)) await ctx.start(dropBytes, it.id, at);
  await ctx.emit("image.deleted", { imageId: it.id, projectId: it.owner });
}

interface Tagged {
  readonly path: { readonly tag: string };
}

async function addTag({ db, now }: Own, { image }: OfImage, { path: { tag } }: Tagged) {
  if (tag.length > 255)
    throw badRequest(`Provided object does not match schema 'image': ${JSON.stringify(tag)} is too long`);
  if (image.tags.includes(tag)) return;
  await changeImage(db, image.id, { tags: [...image.tags, tag], updatedAt: now });
}

async function removeTag({ db, now }: Own, { image }: OfImage, { path: { tag } }: Tagged) {
  if (!image.tags.includes(tag)) throw notFound(`Tag ${tag} could not be found on image ${image.id}`);
  await changeImage(db, image.id, { tags: image.tags.filter((one) => one !== tag), updatedAt: now });
}

async function deactivate({ db, now }: Own, { image: { id, status } }: OfImage) {
  if (status === "deactivated" || (await moveImage(db, id, "active", "deactivated", now))) return;
  throw forbidden(`Not allowed to deactivate image in status '${status}'`);
}

async function reactivate({ db, now }: Own, { image: { id, status } }: OfImage) {
  if (status === "active" || (await moveImage(db, id, "deactivated", "active", now))) return;
  throw forbidden(`Not allowed to reactivate image in status '${status}'`);
}
