/** What things are called in the pool. Nothing else in it is ours. */
export const volumeName = (id: string) => `volume-${id}`;
/** A volume that is not whole yet. */
export const partName = (id: string) => `volume-${id}.part`;
export const snapshotName = (id: string) => `snapshot-${id}`;
/** The snapshot that the volume `id` is being made from. */
export const copyName = (id: string) => `copy-${id}`;

/** Whose it is, and whether it is whole; undefined if it is not ours. */
export function ownerOf(name: string): { readonly id: string; readonly whole: boolean } | undefined {
  const [, id, part] = /^(?:volume|snapshot|copy)-([A-Za-z0-9-]+?)(\.part)?$/.exec(name) ?? [];
  return id ? { id, whole: !part } : undefined;
}

export function isOurs(name: string): boolean {
  return ownerOf(name) !== undefined;
}
