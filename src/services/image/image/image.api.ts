import { Type } from "typebox";
import { badRequest, forbidden } from "#platform/api/errors.ts";
import { shapes } from "#platform/api/versions.ts";
import { type Ctx, reply } from "#platform/service/kit.ts";
import { isAdmin } from "../actor.ts";
import type { ImageDriver } from "../driver.ts";
import { asking, type ImageScope, route } from "../kit.ts";
import { rule } from "../rules.ts";
import { delayOf, importMethodsOf } from "../settings.ts";
import { callOff, forget } from "./image.delete.ts";
import { type ImageQuery, readFilter, readLimit, readSort } from "./image.filter.ts";
import { holdAgain, load, type OfImage } from "./image.load.ts";
import { look, lookAll } from "./image.look.ts";
import { makeImage } from "./image.make.ts";
import { changeImage, findImage, listImages } from "./image.store.ts";
import type { Image } from "./image.ts";
import { listed } from "./image.view.ts";

const one = "/images/{image_id}";
const anything = shapes<ImageQuery>({
  "2.16": Type.Object({}, { additionalProperties: Type.Union([Type.String(), Type.Array(Type.String())]) }),
});
const body = shapes<Record<string, unknown>>({ "2.16": Type.Object({}, { additionalProperties: true }) });

/** https://docs.openstack.org/api-ref/image/v2/index.html#images */
export const imageRoutes = [
  route({ on: "GET /images", rule: rule.get_images, query: anything, of: own, run: list }),
  asking({
    on: "POST /images",
    rule: rule.add_image,
    body,
    status: { "2.16": 201 },
    of: owner,
    call: stores,
    run: create,
  }),
  route({ on: `GET ${one}`, rule: rule.get_image, of: load, run: show }),
  route({ on: `DELETE ${one}`, rule: rule.delete_image, status: { "2.16": 204 }, of: load, run: remove }),
];

type Own = Ctx<ImageScope>;

function own({ actor }: Own) {
  return { projectId: actor.projectId };
}

function owner({ actor }: Own, { body }: { body: Record<string, unknown> }) {
  return { projectId: typeof body.owner === "string" ? body.owner : actor.projectId };
}

async function list(ctx: Own, _: object, { query }: { query: ImageQuery }) {
  const { db, actor } = ctx;
  const limit = readLimit(query);
  const marker = [query.marker].flat().at(-1);
  const after = marker === undefined ? undefined : await findImage(db, marker);
  if (marker !== undefined && !after) throw badRequest(`Invalid marker. Image ${marker} could not be found.`);
  const seer = { projectId: actor.projectId, isAdmin: isAdmin(actor) };
  const found = await listImages(db, seer, readFilter(query), { sort: readSort(query), after, limit });
  return listed(await lookAll(ctx, found), query, limit);
}

function show(ctx: Own, { image }: OfImage) {
  return look(ctx, image);
}

async function stores(driver: ImageDriver): Promise<string> {
  return driver.stores.map(({ id }) => id).join(",");
}

async function create(ctx: Own, _: object, { body }: { body: Record<string, unknown> }, stores: string) {
  const it = await makeImage(ctx, body);
  return reply(await look(ctx, it), {
    headers: {
      location: `${ctx.url}/images/${it.id}`,
      "openstack-image-import-methods": importMethodsOf(ctx.settings).join(","),
      "openstack-image-store-ids": stores,
    },
  });
}

/** Where deletions wait, an image that can be used waits for its own; anything else is gone at once. */
async function remove(ctx: Own, before: OfImage) {
  const waits = ({ status, taskId }: Image) => status === "active" && !taskId && delayOf(ctx.settings) > 0;
  if (!waits(before.image)) await callOff(ctx, before.image.id);
  const { image: it } = await holdAgain(ctx, before, rule.delete_image);
  if (it.protected) throw forbidden(`Image ${it.id} is protected and cannot be deleted.`);
  if (!waits(it)) return forget(ctx, it);
  await changeImage(ctx.db, it.id, { status: "pending_delete", deletedAt: ctx.now, updatedAt: ctx.now });
  await ctx.emit("image.deleted", { imageId: it.id, projectId: it.owner });
}
