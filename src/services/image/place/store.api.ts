import { conflict, forbidden, notFound } from "#platform/api/errors.ts";
import type { Ctx } from "#platform/service/kit.ts";
import type { ImageDriver } from "../driver.ts";
import { holdAgain, load, type OfImage } from "../image/image.load.ts";
import { whereIs } from "../image/image.look.ts";
import { asking, type ImageScope } from "../kit.ts";
import { rule } from "../rules.ts";
import { letGo } from "./place.keeping.ts";

/** https://docs.openstack.org/api-ref/image/v2/index.html#delete-image-from-store */
export const storeRoutes = [
  asking({
    on: "DELETE /stores/{store_id}/{image_id}",
    rule: rule.delete_image_location,
    status: { "2.16": 204 },
    of: load,
    call: known,
    run: remove,
  }),
];

type Own = Ctx<ImageScope>;
interface Named {
  readonly path: { readonly store_id: string; readonly image_id: string };
}

async function known({ stores }: ImageDriver, _: object, { path }: Named): Promise<boolean> {
  return stores.some(({ id }) => id === path.store_id);
}

async function remove(ctx: Own, before: OfImage, { path }: Named, known: boolean) {
  const { store_id: store } = path;
  if (!known) throw conflict(`The selected store ${store} is not available on this node.`);
  const { image } = await holdAgain(ctx, before, rule.delete_image_location);
  if (image.status !== "active")
    throw conflict("It's not allowed to remove image data from store if image status is not 'active'");
  const { places, locations } = await whereIs(ctx, image.id);
  if (places.length + locations.length === 1)
    throw forbidden("Cannot delete image data from the only store containing it. Consider deleting the image instead.");
  if (!places.some((it) => it.store === store)) throw notFound(`Image ${image.id} is not stored in store ${store}.`);
  await letGo(ctx, image.id, store);
}
