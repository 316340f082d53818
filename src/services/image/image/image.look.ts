import type { Tx } from "#platform/service/kit.ts";
import type { ImageScope } from "../kit.ts";
import { listLocations } from "../location/location.store.ts";
import { listPlaces } from "../place/place.store.ts";
import { showingOf } from "../settings.ts";
import type { Image } from "./image.ts";
import { shown, type Whereabouts } from "./image.view.ts";

type Own = Tx<ImageScope>;

/** Images as they are shown, with where their bytes are. */
export async function lookAll({ db, settings }: Own, images: readonly Image[]) {
  const ids = images.map(({ id }) => id);
  const [places, locations] = [await listPlaces(db, ids), await listLocations(db, ids)];
  const of = (id: string) => (it: { readonly imageId: string }) => it.imageId === id;
  const whereabouts = (id: string) => ({ places: places.filter(of(id)), locations: locations.filter(of(id)) });
  return images.map((it) => shown(it, whereabouts(it.id), showingOf(settings)));
}

export async function look(tx: Own, it: Image) {
  return (await lookAll(tx, [it]))[0]!;
}

export async function whereIs({ db }: Own, id: string): Promise<Whereabouts> {
  return { places: await listPlaces(db, [id]), locations: await listLocations(db, [id]) };
}
