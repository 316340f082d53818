import type { Ctx } from "#platform/service/kit.ts";
import { staging } from "../driver.ts";
import { whereIs } from "../image/image.look.ts";
import { changeImage } from "../image/image.store.ts";
import type { Image } from "../image/image.ts";
import type { ImageScope } from "../kit.ts";
import { expectBytes } from "../place/place.keeping.ts";
import { convertTo } from "../settings.ts";
import { insertTask } from "../task/task.store.ts";
import type { Task } from "../task/task.ts";
import { importImage } from "./import.saga.ts";
import type { Import } from "./import.ts";

type Own = Ctx<ImageScope>;
type Start = Pick<Import, "task" | "method" | "must" | "uri" | "remote"> & { readonly stores: readonly string[] };

/** Begins an import: the image is taken, and all places are known before there are bytes. */
export async function start(ctx: Own, image: Image, { stores, ...asked }: Start) {
  const uri = await uriFor(ctx, image, asked);
  const stage = uri !== undefined || asked.remote ? { store: staging, key: ctx.newId() } : null;
  const to = stores.map((store) => ({ store, key: ctx.newId() }));
  const convert = plan(ctx, asked.method);
  for (const at of [...(stage ? [stage] : []), ...(convert ? [convert.disk, convert.made] : []), ...to])
    await expectBytes(ctx, image.id, at);
  const { diskFormat, containerFormat, properties } = image;
  const before = (asked.remote || convert) && { diskFormat, containerFormat, properties };
  await changeImage(ctx.db, image.id, {
    ...(asked.method !== "copy-image" && { status: "importing" as const }),
    taskId: asked.task,
    importingTo: stores,
    failedImport: [],
    updatedAt: ctx.now,
  });
  await ctx.start(importImage, image.id, { ...asked, uri, stage, to, convert, before });
}

/** What is only copied stays as it is. */
function plan({ settings, newId }: Own, method: Import["method"]): Import["convert"] {
  const to = convertTo(settings);
  if (!to || method === "copy-image") return undefined;
  return { to, disk: { store: staging, key: newId() }, made: { store: staging, key: newId() } };
}

/** Where bytes are downloaded from: what was asked for, or the place outside of an image that is in no store. */
async function uriFor(ctx: Own, { id }: Image, { method, uri }: Pick<Start, "method" | "uri">) {
  if (method === "web-download") return uri;
  if (method !== "copy-image") return undefined;
  const { places, locations } = await whereIs(ctx, id);
  return places.length ? undefined : locations[0]?.url;
}

/** A row for what was asked for. */
export async function keepTask(
  { db, now, newId, actor, requestId }: Own,
  imageId: string,
  input: Task["input"],
  type: Task["type"] = "api_image_import",
): Promise<string> {
  const it: Task = {
    id: newId(),
    type,
    imageId,
    owner: actor.projectId ?? null,
    userId: actor.userId,
    requestId,
    input,
    status: "pending",
    message: "",
    result: null,
    createdAt: now,
    updatedAt: now,
    expiresAt: null,
  };
  await insertTask(db, it);
  return it.id;
}
