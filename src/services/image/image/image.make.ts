import { conflict, forbidden } from "#platform/api/errors.ts";
import type { Ctx } from "#platform/service/kit.ts";
import type { ImageScope } from "../kit.ts";
import { requireProperty } from "../property/property.guard.ts";
import { requireRoom } from "../quota.ts";
import { rule } from "../rules.ts";
import { isAttribute, isUuid, mismatch, readAttribute, readProperty, requireWritable } from "./image.attributes.ts";
import { findImage, insertImage } from "./image.store.ts";
import type { Image } from "./image.ts";

type Own = Ctx<ImageScope>;

/** A new image without bytes, as a body describes it. */
export async function makeImage(ctx: Own, body: Readonly<Record<string, unknown>>): Promise<Image> {
  const it = { ...blank(ctx), ...asked(body) };
  for (const key of Object.keys(it.properties)) requireProperty(ctx, key, "create");
  if (await findImage(ctx.db, it.id)) throw conflict(`Image ID ${it.id} already exists!`);
  requireMayShow(ctx, it);
  await requireRoom(ctx, it.owner, { image_count_total: 1 });
  await insertImage(ctx.db, it);
  return it;
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
    taskId: null,
    importingTo: null,
    failedImport: null,
    deletedAt: null,
    createdAt: now,
    updatedAt: now,
  };
}

function asked({ id, ...body }: Record<string, unknown>): Partial<Image> {
  let it: Partial<Image> = id === undefined ? {} : { id: readId(id) };
  const properties: Record<string, string> = {};
  for (const [key, value] of Object.entries(body)) {
    requireWritable(key);
    if (key === "locations") throw forbidden(`Attribute '${key}' is reserved.`);
    if (isAttribute(key)) it = { ...it, ...readAttribute(key, value) };
    else properties[key] = readProperty(key, value);
  }
  return { ...it, properties };
}

function readId(id: unknown): string {
  if (typeof id === "string" && isUuid(id)) return id;
  throw mismatch(`${JSON.stringify(id)} does not match the pattern of 'id'`);
}

/** Some ways of showing an image have rules of their own. */
export function requireMayShow({ may }: Own, { visibility, owner }: Pick<Image, "visibility" | "owner">) {
  const wanted =
    visibility === "public" ? rule.publicize_image : visibility === "community" ? rule.communitize_image : undefined;
  if (wanted && !may(wanted, { projectId: owner }))
    throw forbidden(`You are not authorized to complete ${wanted.name} action.`);
}
