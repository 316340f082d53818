import { badRequest, notFound } from "#platform/api/errors.ts";
import type { Ctx } from "#platform/service/kit.ts";
import { type ImageScope, route } from "../kit.ts";
import { rule } from "../rules.ts";
import { hold, type OfImage } from "./image.load.ts";
import { changeImage } from "./image.store.ts";

const on = "/images/{image_id}/tags/{tag}";
const status = { "2.16": 204 };

/** https://docs.openstack.org/api-ref/image/v2/index.html#image-tags */
export const imageTagRoutes = [
  route({ on: `PUT ${on}`, rule: rule.modify_image, status, of: hold, run: add }),
  route({ on: `DELETE ${on}`, rule: rule.modify_image, status, of: hold, run: remove }),
];

type Own = Ctx<ImageScope>;
interface Tagged {
  readonly path: { readonly tag: string };
}

async function add({ db, now }: Own, { image }: OfImage, { path: { tag } }: Tagged) {
  if (tag.length > 255)
    throw badRequest(`Provided object does not match schema 'image': ${JSON.stringify(tag)} is too long`);
  if (image.tags.includes(tag)) return;
  await changeImage(db, image.id, { tags: [...image.tags, tag], updatedAt: now });
}

async function remove({ db, now }: Own, { image }: OfImage, { path: { tag } }: Tagged) {
  if (!image.tags.includes(tag)) throw notFound(`Tag ${tag} could not be found on image ${image.id}`);
  await changeImage(db, image.id, { tags: image.tags.filter((one) => one !== tag), updatedAt: now });
}
