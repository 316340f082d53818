import { type Ceph, IsThere } from "#agent/ceph/ceph.ts";
import { type Info, unless } from "#agent/ceph/images.ts";
import { Gone } from "#platform/service/driver.ts";

/** One line of a listing: an image, or a snapshot of it. */
export interface Line {
  readonly image: string;
  readonly snapshot?: string;
}

/** One pool of RBD images, by their names. What is asked of a name that is not there throws Gone. */
export interface Pool {
  readonly ceph: Ceph;
  readonly name: string;
  find(name: string, signal?: AbortSignal): Promise<Info | undefined>;
  info(name: string, signal?: AbortSignal): Promise<Info>;
  create(name: string, gib: number, signal?: AbortSignal): Promise<void>;
  resize(name: string, gib: number, signal?: AbortSignal): Promise<void>;
  rename(from: string, to: string): Promise<void>;
  /** `of`: pool/image@snapshot. Takes no time and no room, however large that is. */
  clone(of: string, name: string, signal?: AbortSignal): Promise<void>;
  /** Copies what the image has of its parent, so that it has none any more. */
  flatten(name: string, signal?: AbortSignal): Promise<void>;
  takeSnapshot(name: string, snapshot: string, signal?: AbortSignal): Promise<void>;
  /** What was cloned from it stays. */
  dropSnapshot(name: string, snapshot: string): Promise<void>;
  list(): Promise<Line[]>;
  capacity(): Promise<{ readonly totalBytes: number; readonly freeBytes: number }>;
}

const soon = 60_000;
const long = 3600_000;

export function poolOf(ceph: Ceph, name: string): Pool {
  const at = (image: string) => `${name}/${image}`;
  const rbd = (args: readonly string[], signal?: AbortSignal, limit = soon) => ceph.rbd(args, { signal, limit });
  const json = async <T>(args: readonly string[], signal?: AbortSignal): Promise<T> =>
    JSON.parse(await rbd([...args, "--format", "json"], signal));
  const info = (image: string, signal?: AbortSignal) => json<Info>(["info", at(image)], signal);
  return {
    ceph,
    name,
    info,
    find: (image, signal) => info(image, signal).catch(unless(Gone)),
    create: async (image, gib, signal) => void (await rbd(["create", "--size", `${gib}G`, at(image)], signal)),
    resize: async (image, gib, signal) =>
      void (await rbd(["resize", "--no-progress", "--size", `${gib}G`, at(image)], signal)),
    rename: async (from, to) => void (await rbd(["rename", at(from), at(to)])),
    clone: async (of, image, signal) =>
      void (await rbd(["clone", "--rbd-default-clone-format", "2", of, at(image)], signal)),
    flatten: async (image, signal) => void (await rbd(["flatten", "--no-progress", at(image)], signal, long)),
    async takeSnapshot(image, snapshot, signal) {
      const taking = rbd(["snap", "create", "--no-progress", `${at(image)}@${snapshot}`], signal);
      await taking.catch(unless(IsThere));
    },
    async dropSnapshot(image, snapshot) {
      await rbd(["snap", "rm", "--no-progress", `${at(image)}@${snapshot}`]).catch(unless(Gone));
    },
    list: () => json<Line[]>(["ls", "--long", name]),
    async capacity() {
      const { pools } = JSON.parse(await ceph.ceph(["df", "--format", "json"], { limit: soon })) as Df;
      const stats = pools.find((it) => it.name === name)?.stats;
      if (!stats) throw new Gone(`There is no pool ${name}.`);
      return { totalBytes: stats.stored + stats.max_avail, freeBytes: stats.max_avail };
    },
  };
}

interface Df {
  readonly pools: readonly {
    readonly name: string;
    readonly stats: { readonly stored: number; readonly max_avail: number };
  }[];
}
