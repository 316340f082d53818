import type { Location } from "../location/location.ts";
import type { PlacedBytes } from "../place/place.ts";
import type { Showing } from "../settings.ts";
import type { Image } from "./image.ts";

/** Seconds are enough for this API: 2026-11-20T21:03:00Z. */
export const moment = (at: string) => at.replace(/\.\d+Z$/, "Z");

/** Where an image's bytes are: in stores, and outside. */
export interface Whereabouts {
  readonly places: readonly PlacedBytes[];
  readonly locations: readonly Location[];
}

export function shown(it: Image, where: Whereabouts, showing: Showing) {
  const locations = shownLocations(where);
  return {
    ...it.properties,
    ...shownImport(it),
    name: it.name,
    disk_format: it.diskFormat,
    container_format: it.containerFormat,
    visibility: it.visibility,
    size: it.size,
    virtual_size: it.virtualSize,
    status: it.status,
    checksum: it.md5,
    protected: it.protected,
    min_ram: it.minRam,
    min_disk: it.minDisk,
    owner: it.owner,
    os_hidden: it.hidden,
    os_hash_algo: it.sha512 === null ? null : "sha512",
    os_hash_value: it.sha512,
    id: it.id,
    created_at: moment(it.createdAt),
    updated_at: moment(it.updatedAt),
    ...(showing.locations && { locations }),
    ...(showing.directUrl && locations.length && { direct_url: locations[0]!.url }),
    tags: it.tags,
    self: `/v2/images/${it.id}`,
    file: `/v2/images/${it.id}/file`,
    schema: "/v2/schemas/image",
    ...(where.places.length && { stores: storesOf(where.places) }),
  };
}

/** How far the import is that runs, or how the last one went. */
function shownImport({ importingTo, failedImport, taskId }: Image) {
  return {
    ...(importingTo && { os_glance_importing_to_stores: importingTo.join(",") }),
    ...(failedImport && { os_glance_failed_import: failedImport.join(",") }),
    ...(taskId && { os_glance_import_task: taskId }),
  };
}

function storesOf(places: readonly PlacedBytes[]): string {
  return places
    .map(({ store }) => store)
    .sort()
    .join(",");
}

/** The stores' places first, the oldest before the others. */
export function shownLocations({ places, locations }: Whereabouts) {
  return [
    ...places.map(({ store, path }) => ({ url: urlOf(path), metadata: { store } as Record<string, unknown> })),
    ...locations.map(({ url, metadata }) => ({ url, metadata: { ...metadata } })),
  ];
}

function urlOf(path: string): string {
  return path.startsWith("/") ? `file://${path}` : path;
}

/** A page, with the way to the first one and to the next. */
export function listed(
  images: readonly { readonly id: string }[],
  query: Readonly<Record<string, string | string[]>>,
  limit: number,
) {
  const { marker: _, ...rest } = query;
  const next = limit > 0 && images.length === limit ? images.at(-1)?.id : undefined;
  return {
    images,
    first: link(rest),
    ...(next && { next: link({ ...rest, marker: next }) }),
    schema: "/v2/schemas/images",
  };
}

function link(query: Readonly<Record<string, string | string[]>>): string {
  const pairs = Object.entries(query).flatMap(([key, values]) => [values].flat().map((value) => [key, value]));
  const text = new URLSearchParams(pairs as [string, string][]).toString();
  return text ? `/v2/images?${text}` : "/v2/images";
}
