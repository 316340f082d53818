import { badRequest } from "#platform/api/errors.ts";
import type { Actor } from "#platform/api/rules.ts";
import type { Join } from "#platform/store/join.ts";
import { bringImage, forgetUnfinished } from "./image/image.bring.ts";
import { listShown } from "./image/image.shown.ts";
import { findImage } from "./image/image.store.ts";
import { isVisible, type Image as Row } from "./image/image.ts";
import type { BootImage, Image } from "./index.ts";
import { joined } from "./kit.ts";
import { listLocations } from "./location/location.store.ts";
import { firstKnown, type Location } from "./location/location.ts";
import { findMember } from "./member/member.store.ts";
import { listPlaces } from "./place/place.store.ts";
import type { PlacedBytes } from "./place/place.ts";

/** The answers to what neighbours ask. */
export const imageOffer: Image = {
  requireActive,
  listShown,
  bring: bringImage,
  forgetUnfinished: (tx, id) => forgetUnfinished(joined(tx), id),
};

async function requireActive(join: Join, actor: Actor | null, id: string): Promise<BootImage> {
  const { db } = joined(join);
  const it = await findImage(db, id);
  const isMember = it?.visibility === "shared" && (await findMember(db, id, actor?.projectId ?? "")) !== undefined;
  const all = !actor || actor.roles.includes("admin");
  if (!it || !(all || isVisible(it, actor.projectId, isMember))) throw badRequest(`Image ${id} could not be found.`);
  if (it.status !== "active") throw badRequest(`Image ${id} is not active.`);
  const places = await listPlaces(db, [it.id]);
  const [row, path] = places.length ? [it, nearest(places)] : outside(it, await listLocations(db, [it.id]));
  if (row.virtualSize === null) throw badRequest(`Image ${id} is unacceptable: ${whyNoDisk(row)}`);
  return bootable(row, path);
}

/** Bytes that are elsewhere are brought to hosts if they were read before: so that they are known, and no others are taken. */
function outside(it: Row, locations: readonly Location[]): [Row, string] {
  const [first] = locations;
  if (!first) throw badRequest(`Image ${it.id} is not active.`);
  const known = firstKnown(locations);
  if (!known)
    throw badRequest(`Image ${it.id} is unacceptable: ${first.trouble ?? "its location is still being read."}`);
  const { size, virtualSize, sha512, url } = known;
  return [{ ...it, size, virtualSize, sha512 }, url];
}

/** Hosts read a file at once; anything else must be brought to them first. */
function nearest(places: readonly PlacedBytes[]): string {
  return (places.find(({ path }) => path.startsWith("/")) ?? places[0]!).path;
}

function whyNoDisk({ containerFormat, diskFormat }: Row): string {
  if (containerFormat !== "bare") return `container format ${containerFormat} cannot be used as a disk.`;
  return `its content is not ${diskFormat} as it is said to be.`;
}

function bootable(it: Row, path: string): BootImage {
  return {
    id: it.id,
    name: it.name,
    diskFormat: it.diskFormat ?? "raw",
    minDiskGib: it.minDisk,
    minRamMib: it.minRam,
    sizeBytes: it.size ?? 0,
    virtualBytes: it.virtualSize ?? 0,
    sha512: it.sha512 ?? "",
    path,
    properties: it.properties,
  };
}
