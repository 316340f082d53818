import type { Ctx, Tx } from "#platform/service/kit.ts";
import type { ImageScope } from "../kit.ts";
import { listLocations } from "../location/location.store.ts";
import { listPlaces } from "../place/place.store.ts";
import { readable } from "../property/property.guard.ts";
import { showingOf } from "../settings.ts";
import type { Image } from "./image.ts";
import { shown, type Whereabouts } from "./image.view.ts";

type Own = Ctx<ImageScope>;

/** Images as they are shown to who asks, with where their bytes are. */
export async function lookAll(ctx: Own, images: readonly Image[]) {
  const { db, settings } = ctx;
  const ids = images.map(({ id }) => id);
  const [places, locations] = await Promise.all([listPlaces(db, ids), listLocations(db, ids)]);
  const of = (id: string) => (it: { readonly imageId: string }) => it.imageId === id;
  const whereabouts = (id: string) => ({ places: places.filter(of(id)), locations: locations.filter(of(id)) });
  return images.map((it) => shown(readable(ctx, it), whereabouts(it.id), showingOf(settings)));
}

export async function look(ctx: Own, it: Image) {
  return (await lookAll(ctx, [it]))[0]!;
}

export async function whereIs({ db }: Tx<ImageScope>, id: string): Promise<Whereabouts> {
  return { places: await listPlaces(db, [id]), locations: await listLocations(db, [id]) };
}
