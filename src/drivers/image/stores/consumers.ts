import { type Near, nearFormat, type Wanted } from "./near.ts";

/** What compute's driver is asked with, as far as images go. */
interface GuestOfImage {
  readonly root: { readonly kind: "image"; readonly image: Wanted } | { readonly kind: "volume" };
}
interface Guests<G> {
  create(host: string, guest: G, signal?: AbortSignal): Promise<unknown>;
  start(host: string, guest: G, signal?: AbortSignal): Promise<unknown>;
}

/** Guests on images of any store and any format: near their host, in a format that they run on. */
export function guestsOnImages<G extends GuestOfImage, D extends Guests<G>>(guests: D, near: Near): D {
  const create: Guests<G>["create"] = (host, guest, signal) => {
    const { root } = guest;
    if (root.kind !== "image") return guests.create(host, guest, signal);
    return near(root.image, (disk) => guests.create(host, withImage(guest, disk), signal), signal);
  };
  const start: Guests<G>["start"] = (host, guest, signal) => {
    const { root } = guest;
    if (root.kind !== "image") return guests.start(host, guest, signal);
    return guests.start(host, withImage(guest, { format: nearFormat(root.image.format) }), signal);
  };
  return { ...guests, create, start };
}

function withImage<G extends GuestOfImage>(guest: G, disk: Partial<Wanted>): G {
  const { root } = guest;
  return root.kind === "image" ? { ...guest, root: { ...root, image: { ...root.image, ...disk } } } : guest;
}

interface VolumeOfImage {
  readonly source: null | ({ readonly kind: "image" } & Wanted) | { readonly kind: "snapshot" | "volume" };
}
interface Volumes<V> {
  create(volume: V, signal?: AbortSignal): Promise<void>;
  /** Whether the storage makes volumes of this image where it is. */
  takes?(image: Wanted): Promise<boolean>;
}

/** The same for volumes that are made from images, unless their storage reaches the image itself. */
export function volumesFromImages<V extends VolumeOfImage, D extends Volumes<V>>(volumes: D, near: Near): D {
  const create: Volumes<V>["create"] = async (volume, signal) => {
    const { source } = volume;
    if (source?.kind !== "image" || (await volumes.takes?.(source))) return volumes.create(volume, signal);
    return near(source, (disk) => volumes.create({ ...volume, source: { ...source, ...disk } }, signal), signal);
  };
  return { ...volumes, create };
}
