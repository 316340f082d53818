import { Type } from "typebox";
import { badRequest, conflict } from "#platform/api/errors.ts";
import { shapes } from "#platform/api/versions.ts";
import type { Ctx } from "#platform/service/kit.ts";
import { defaultStore, type ImageDriver } from "../driver.ts";
import { asking, type ImageScope, route } from "../kit.ts";
import { expectBytes } from "../place/place.keeping.ts";
import { rule } from "../rules.ts";
import { load, type OfImage } from "./image.api.ts";
import { lockImage } from "./image.store.ts";
import { importMethods } from "./image.ts";
import { importImage } from "./import.saga.ts";

const one = "/images/{image_id}";
const body = shapes<Import>({
  "2.16": Type.Object(
    { method: Type.Object({ name: Type.String() }, { additionalProperties: true }) },
    { additionalProperties: true },
  ),
});

export const importRoutes = [
  asking({
    on: `POST ${one}/import`,
    rule: rule.modify_image,
    body,
    status: { "2.16": 202 },
    of: load,
    call: target,
    run: bring,
  }),
  route({ on: `GET ${one}/tasks`, rule: rule.get_image, of: load, run: tasks }),
];

type Own = Ctx<ImageScope>;
interface Import {
  method: { name: string };
}

async function target(driver: ImageDriver): Promise<string> {
  return defaultStore(driver).id;
}

/** Staged bytes were looked at and hashed as they came in: all that is left is to bring them to a store. */
async function bring(ctx: Own, of: OfImage, { body: { method } }: { body: Import }, store: string) {
  const image = (await lockImage(ctx.db, of.image.id)) ?? of.image;
  if (!importMethods.includes(method.name)) throw badRequest(`Unknown import method name '${method.name}'.`);
  if (image.status !== "uploading" || image.uploadAt !== null)
    throw conflict("Image needs to be staged before 'glance-direct' method can be used");
  const to = { store, key: ctx.newId() };
  await expectBytes(ctx, image.id, to);
  await ctx.start(importImage, image.id, to);
}

/** An import leaves no task. */
function tasks() {
  return { tasks: [] };
}
