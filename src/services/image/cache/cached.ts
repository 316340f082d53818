/** An image whose bytes are kept near at hand, or are to be. */
export interface CachedImage {
  readonly imageId: string;
  readonly state: "queued" | "cached";
  readonly size: number;
  readonly hits: number;
  /** When it was brought in. */
  readonly modifiedAt: string;
  /** When it was last read. */
  readonly accessedAt: string;
}

/** What must go so that the others fit: what was not read for the longest time first. */
export function tooMuch(all: readonly CachedImage[], limitBytes: number): CachedImage[] {
  const cached = all.filter(({ state }) => state === "cached");
  const oldest = cached.toSorted((a, b) => (a.accessedAt < b.accessedAt ? -1 : 1));
  let total = cached.reduce((sum, { size }) => sum + size, 0);
  return oldest.filter(({ size }) => {
    const goes = total > limitBytes;
    if (goes) total -= size;
    return goes;
  });
}
