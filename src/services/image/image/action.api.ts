import { conflict, forbidden } from "#platform/api/errors.ts";
import type { Ctx } from "#platform/service/kit.ts";
import { type ImageScope, route } from "../kit.ts";
import { rule } from "../rules.ts";
import { hold, type OfImage } from "./image.load.ts";
import { changeImage, moveImage } from "./image.store.ts";

const one = "/images/{image_id}/actions";
const status = { "2.16": 204 };

/** https://docs.openstack.org/api-ref/image/v2/index.html#deactivate-image */
export const actionRoutes = [
  route({ on: `POST ${one}/deactivate`, rule: rule.deactivate, status, of: hold, run: deactivate }),
  route({ on: `POST ${one}/reactivate`, rule: rule.reactivate, status, of: hold, run: reactivate }),
  route({ on: `POST ${one}/restore`, rule: rule.restore_image, status, of: hold, run: restore }),
];

type Own = Ctx<ImageScope>;

async function deactivate({ db, now }: Own, { image: { id, status } }: OfImage) {
  if (status === "deactivated" || (await moveImage(db, id, "active", "deactivated", now))) return;
  throw forbidden(`Not allowed to deactivate image in status '${status}'`);
}

async function reactivate({ db, now }: Own, { image: { id, status } }: OfImage) {
  if (status === "active" || (await moveImage(db, id, "deactivated", "active", now))) return;
  throw forbidden(`Not allowed to reactivate image in status '${status}'`);
}

/** An image whose deletion waits is as it was. */
async function restore({ db, now }: Own, { image: { id, status } }: OfImage) {
  if (status !== "pending_delete") throw conflict(`Not allowed to restore image in status '${status}'`);
  await changeImage(db, id, { status: "active", deletedAt: null, updatedAt: now });
}
