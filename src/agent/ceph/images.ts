import { Gone } from "#platform/service/driver.ts";
import { Busy, type Ceph, HasClones } from "./ceph.ts";

/** An RBD image, or a snapshot of one, as it says of itself. */
export interface Info {
  readonly id: string;
  readonly size: number;
  readonly snapshot_count: number;
  readonly op_features?: readonly string[];
  readonly parent?: Parent;
}
export interface Parent {
  readonly pool: string;
  readonly image: string;
  readonly id: string;
  readonly snapshot: string;
  /** Whether it was deleted, and is only kept for its clones. */
  readonly trash: boolean;
}
export interface Trashed {
  readonly id: string;
  readonly name: string;
}

/** Of one that may be in the trash. */
export async function infoById(ceph: Ceph, pool: string, id: string): Promise<Info | undefined> {
  const asked = ["info", "--format", "json", "--pool", pool, "--image-id", id];
  const said = await ceph.rbd(asked, { limit: 60_000 }).catch(unless(Gone));
  return said ? JSON.parse(said) : undefined;
}

/** What was deleted and nothing is a clone of any more, but is in the trash yet. */
export async function listForgotten(ceph: Ceph, pool: string, ours: (name: string) => boolean): Promise<Trashed[]> {
  const all: Trashed[] = JSON.parse(await ceph.rbd(["trash", "ls", "--format", "json", pool], { limit: 60_000 }));
  const forgotten: Trashed[] = [];
  for (const it of all.filter(({ name }) => ours(name))) {
    const info = await infoById(ceph, pool, it.id);
    if (info && !hasClones(info)) forgotten.push(it);
  }
  return forgotten;
}

export function hasClones({ op_features }: Info): boolean {
  return op_features?.includes("clone-parent") ?? false;
}

/** Says whether it went: it may have a new clone, or somebody else removes it. */
export function takeFromTrash(ceph: Ceph, pool: string, id: string): Promise<boolean> {
  return ceph.rbd(["trash", "rm", "--no-progress", `${pool}/${id}`]).then(
    () => true,
    (why) => {
      if (why instanceof HasClones || why instanceof Busy || why instanceof Gone) return false;
      throw why;
    },
  );
}

/** For catch: passes errors of one kind over. */
export function unless(kind: new (...args: never[]) => Error) {
  return (why: unknown): undefined => {
    if (!(why instanceof kind)) throw why;
  };
}
