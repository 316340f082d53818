import type { CallContext, StepTx } from "#platform/service/kit.ts";
import type { ImageDriver, Place } from "../driver.ts";
import { findImage } from "../image/image.store.ts";
import { largestBytes } from "../image/image.ts";
import { act, type ImageScope, saga } from "../kit.ts";
import { listPlaces } from "../place/place.store.ts";
import { changeToCached, deleteCached, findCached } from "./cached.store.ts";

/** An image's bytes come near at hand. */
export const cacheImage = saga("image.image.cache", {
  steps: [act("fetch", { within: 3600, ask: wanted, call: fetch, note: keep, undo: { ask: name, call: drop } })],
  failed: async ({ db, subject }) => void (await deleteCached(db, [subject])),
});

type Step = StepTx<ImageScope>;
interface Wanted {
  readonly id: string;
  readonly from: Place;
}

async function wanted({ db, subject: id }: Step): Promise<Wanted | null> {
  const [place] = await listPlaces(db, [id]);
  const isWanted = (await findCached(db, id))?.state === "queued" && (await findImage(db, id))?.status === "active";
  return isWanted && place ? { id, from: { store: place.store, key: place.key } } : null;
}

async function fetch({ cache }: ImageDriver, it: Wanted | null, { signal }: CallContext): Promise<number | null> {
  if (!it || !cache) return null;
  return cache.fetch(it.id, it.from, { limitBytes: largestBytes, signal });
}

/** What nobody wants any more when it has come is dropped again, by the undo. */
async function keep({ db, subject, now }: Step, size: number | null) {
  if (size === null) await deleteCached(db, [subject]);
  else if (!(await changeToCached(db, subject, size, now))) throw new Error("Nobody wants it any more.");
}

async function name({ subject }: Step): Promise<string> {
  return subject;
}

async function drop({ cache }: ImageDriver, id: string) {
  await cache?.drop(id);
}
