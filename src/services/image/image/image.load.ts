import { forbidden, notFound } from "#platform/api/errors.ts";
import type { Rule } from "#platform/api/rules.ts";
import type { Ctx } from "#platform/service/kit.ts";
import { isAdmin } from "../actor.ts";
import type { ImageScope } from "../kit.ts";
import { findMember } from "../member/member.store.ts";
import { findImage, lockImage } from "./image.store.ts";
import { type Image, isVisible } from "./image.ts";

type Own = Ctx<ImageScope>;
/** An image as rules are asked about it. */
export interface OfImage {
  readonly projectId: string | null;
  readonly owner: string | null;
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

/** An image that was loaded before, held now: it must still be there, and its rule still pass. */
export async function holdAgain(ctx: Own, { image: { id } }: OfImage, rule: Rule): Promise<OfImage> {
  const it = await hold(ctx, { path: { image_id: id } });
  if (!ctx.may(rule, it)) throw forbidden(`You are not authorized to complete ${rule.name} action.`);
  return it;
}

/** To a token for the system there are no images. */
async function seen({ db, actor }: Own, id: string, image: Image | undefined): Promise<OfImage> {
  const isMember = image?.visibility === "shared" && (await findMember(db, id, actor.projectId ?? "")) !== undefined;
  const sees = isAdmin(actor);
  const isGone = image?.status === "pending_delete" && !sees;
  if (!image || isGone || actor.system || !(sees || isVisible(image, actor.projectId, isMember)))
    throw notFound(`No image found with ID ${id}`);
  return {
    projectId: image.owner,
    owner: image.owner,
    visibility: image.visibility,
    memberId: isMember ? (actor.projectId ?? null) : null,
    image,
  };
}
