import { badRequest, conflict, forbidden } from "#platform/api/errors.ts";
import type { Ctx } from "#platform/service/kit.ts";
import type { OfImage } from "../image/image.load.ts";
import { whereIs } from "../image/image.look.ts";
import type { Change } from "../image/image.patch.ts";
import type { Image } from "../image/image.ts";
import { shownLocations, type Whereabouts } from "../image/image.view.ts";
import type { ImageScope } from "../kit.ts";
import { letGo } from "../place/place.keeping.ts";
import { rule } from "../rules.ts";
import { requireFit } from "../schema/fits.ts";
import { showingOf } from "../settings.ts";
import type { Judged } from "./location.judge.ts";
import { locationSchema } from "./location.schema.ts";
import { replaceLocations } from "./location.store.ts";
import { type Location, unread } from "./location.ts";
import { type Proof, readProof } from "./proof.ts";
import { readLocation } from "./read-location.saga.ts";

type Own = Ctx<ImageScope>;
interface Given {
  readonly url: string;
  readonly metadata: Readonly<Record<string, unknown>>;
  readonly validation_data?: Proof;
}

type Told = Pick<Given, "url" | "metadata">;

/** Changes of an image's locations, one after the other; returns what becomes of the image by them. */
export async function relocate(
  ctx: Own,
  of: OfImage,
  image: Image,
  changes: readonly Change[],
  judged: Judged,
): Promise<Partial<Image>> {
  let to: Partial<Image> = {};
  for (const change of changes) {
    requireMay(ctx, of, change);
    to = { ...to, ...(await relocateOne(ctx, { ...image, ...to }, change, judged)) };
  }
  return to;
}

function requireMay(ctx: Own, of: OfImage, { verb }: Change) {
  const wanted = verb === "remove" ? [rule.delete_image_location] : [rule.get_image_location, rule.set_image_location];
  const no = wanted.find((one) => !ctx.may(one, of));
  if (no) throw forbidden(`You are not authorized to complete ${no.name} action.`);
  const word = { add: "add", replace: "update", remove: "remove" }[verb];
  if (!showingOf(ctx.settings).locations)
    throw forbidden(`It's not allowed to ${word} locations if locations are invisible.`);
}

async function relocateOne(ctx: Own, image: Image, change: Change, judged: Judged): Promise<Partial<Image>> {
  const where = await whereIs(ctx, image.id);
  if (change.verb === "remove") return removeAt(ctx, image, change.rest, where);
  const verb = change.verb === "add" ? "add" : "replace";
  if (!["active", "queued"].includes(image.status))
    throw conflict(`It's not allowed to ${verb} locations if image status is ${image.status}.`);
  return change.verb === "add"
    ? addAt(ctx, image, change, where, judged)
    : replaceAll(ctx, image, change, where, judged);
}

async function addAt(ctx: Own, image: Image, { value, rest }: Change, where: Whereabouts, judged: Judged) {
  requireFit(locationSchema, value);
  const given = value as Given;
  const proof = readProof(image, [given]);
  const size = sizeOf(given.url, judged);
  const all = shownLocations(where);
  if (all.some(({ url }) => url === given.url)) throw badRequest(`The location ${given.url} already exists`);
  const at = rest === "-" ? all.length : /^\d+$/.test(rest ?? "") ? Number(rest) : undefined;
  if (at === undefined) throw badRequest("Invalid position for adding a location.");
  await keep(ctx, image, where, insertedAt(where, at, given));
  return opened(image, proof, size);
}

/** Among those outside: the stores' places stand before them. */
function insertedAt({ places, locations }: Whereabouts, at: number, { url, metadata }: Given) {
  const all: Told[] = [...locations];
  all.splice(Math.max(0, at - places.length), 0, { url, metadata });
  return all;
}

/** What is new among them is read, unless the image has bytes in a store; what is no longer there is read no more. */
async function keep(ctx: Own, { id: imageId }: Image, { places, locations }: Whereabouts, all: readonly Told[]) {
  const known = new Map(locations.map((it) => [it.url, it]));
  const next = all.map(({ url, metadata }, nth): Location => {
    const made = { id: ctx.newId(), imageId, url, createdAt: ctx.now, ...unread };
    return { ...made, ...known.get(url), nth, metadata };
  });
  await replaceLocations(ctx.db, imageId, next);
  const urls = new Set(next.map(({ url }) => url));
  for (const { url, id } of locations) if (!urls.has(url)) await ctx.cancel(id);
  const news = places.length ? [] : next.filter(({ url }) => !known.has(url));
  for (const { id } of news) await ctx.start(readLocation, id, { image: imageId });
}

function sizeOf(url: string, judged: Judged): number | null {
  const found = judged.get(url);
  if (!found) throw badRequest(`Invalid location ${url}`);
  if ("refused" in found) throw badRequest(found.refused);
  return found.sizeBytes;
}

/** A queued image that has a location can be used. */
function opened(image: Image, proof: Partial<Image>, size: number | null): Partial<Image> {
  return image.status === "queued" ? { ...proof, size, status: "active" } : {};
}

/** Locations may get other metadata; where there were none, they may be set. */
async function replaceAll(ctx: Own, image: Image, { value }: Change, where: Whereabouts, judged: Judged) {
  if (!Array.isArray(value) || value.length === 0) throw forbidden("Cannot set locations to empty list.");
  for (const one of value) requireFit(locationSchema, one);
  const given = value as Given[];
  const proof = readProof(image, given);
  const before = shownLocations(where);
  const urls = new Set(given.map(({ url }) => url));
  if (urls.size !== given.length) throw badRequest("Original locations is not empty: a location stands there twice");
  if (before.length > 0 && (before.length !== given.length || !before.every(({ url }) => urls.has(url))))
    throw badRequest("Original locations is not empty: [...] it is not allowed to replace them by others");
  const outside = given.filter(({ url }) => !before.slice(0, where.places.length).some((one) => one.url === url));
  const sizes = before.length ? [null] : outside.map(({ url }) => sizeOf(url, judged));
  await keep(ctx, image, where, outside);
  return opened(image, proof, sizes[0] ?? null);
}

async function removeAt(ctx: Own, image: Image, rest: string | undefined, where: Whereabouts) {
  const { id, status } = image;
  if (status !== "active") throw conflict(`It's not allowed to remove locations if image status is ${status}.`);
  const all = shownLocations(where);
  if (all.length === 1) throw forbidden("Cannot remove last location in the image.");
  const at = rest === "-" ? all.length - 1 : /^\d+$/.test(rest ?? "") ? Number(rest) : -1;
  if (at < 0 || at >= all.length) throw badRequest("Invalid position for removing a location.");
  const place = where.places[at];
  if (place) await letGo(ctx, id, place.store);
  else {
    const left = where.locations.filter((_, nth) => nth !== at - where.places.length);
    await keep(ctx, image, where, left);
  }
  return {};
}
