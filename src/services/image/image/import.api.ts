import { Type } from "typebox";
import { badRequest, conflict } from "#platform/api/errors.ts";
import { shapes } from "#platform/api/versions.ts";
import type { Ctx } from "#platform/service/kit.ts";
import { type ImageScope, route } from "../kit.ts";
import { rule } from "../rules.ts";
import { hold, load, type OfImage } from "./image.api.ts";
import { changeImage } from "./image.store.ts";
import { importMethods } from "./image.ts";

const one = "/images/{image_id}";
const body = shapes<Import>({
  "2.16": Type.Object(
    { method: Type.Object({ name: Type.String() }, { additionalProperties: true }) },
    { additionalProperties: true },
  ),
});

export const importRoutes = [
  route({ on: `POST ${one}/import`, rule: rule.modify_image, body, status: { "2.16": 202 }, of: hold, run: bring }),
  route({ on: `GET ${one}/tasks`, rule: rule.get_image, of: load, run: tasks }),
];

type Own = Ctx<ImageScope>;
interface Import {
  method: { name: string };
}

/** Staged bytes were looked at and hashed as they came in: all that is left is to show them. */
async function bring(ctx: Own, { image }: OfImage, { body: { method } }: { body: Import }) {
  if (!importMethods.includes(method.name)) throw badRequest(`Unknown import method name '${method.name}'.`);
  if (image.status !== "uploading" || image.path === null)
    throw conflict("Image needs to be staged before 'glance-direct' method can be used");
  await changeImage(ctx.db, image.id, { status: "active", updatedAt: ctx.now });
  await ctx.emit("image.uploaded", { imageId: image.id, projectId: image.owner });
}

/** An import is done at once, and leaves no task. */
function tasks() {
  return { tasks: [] };
}
