import type { Ctx } from "#platform/service/kit.ts";
import type { Asking, ShownImage } from "../index.ts";
import { type ImageScope, joined } from "../kit.ts";
import { listPlaces } from "../place/place.store.ts";
import { readable } from "../property/property.guard.ts";
import { rule } from "../rules.ts";
import { readFilter } from "./image.filter.ts";
import { listImages } from "./image.store.ts";
import type { Image } from "./image.ts";

const most = 1000;

/** Active images that a project sees and whose bytes whoever asks may have, the newest first. */
export async function listShown(asking: Asking, projectId: string): Promise<ShownImage[]> {
  const ctx = joined(asking) as Ctx<ImageScope>;
  const seer = { projectId, isAdmin: false };
  const page = { sort: [], after: undefined, limit: most };
  const images = (await listImages(ctx.db, seer, readFilter({ status: "active", visibility: "all" }), page)).filter(
    (it) => asking.may(rule.download_image, targetOf(it, projectId)),
  );
  const places = await listPlaces(
    ctx.db,
    images.map(({ id }) => id),
  );
  return images.flatMap((image) => {
    const place = places.find(({ imageId }) => imageId === image.id);
    return place ? [shown(ctx, image, place)] : [];
  });
}

/** An image of another project that the list shows is public, or shared with this one. */
function targetOf({ owner, visibility }: Image, projectId: string) {
  const isShared = visibility === "shared" && owner !== projectId;
  return { projectId: owner, owner, visibility, memberId: isShared ? projectId : null };
}

function shown(ctx: Ctx<ImageScope>, it: Image, { store, key }: ShownImage["place"]): ShownImage {
  const { id, name, minDisk, minRam, createdAt } = it;
  return {
    id,
    name,
    minDisk,
    minRam,
    createdAt,
    diskFormat: it.diskFormat ?? "raw",
    containerFormat: it.containerFormat ?? "bare",
    sizeBytes: it.size ?? 0,
    sha512: it.sha512 ?? "",
    properties: readable(ctx, it).properties,
    place: { store, key },
  };
}
