/** Where an image's bytes are outside, in no store of ours. */
export interface Location extends Found {
  readonly id: string;
  readonly imageId: string;
  readonly url: string;
  /** Its place among the image's locations. */
  readonly nth: number;
  readonly metadata: Readonly<Record<string, unknown>>;
  readonly createdAt: string;
}
/** What was found there when it was read: nothing until then, or why it could not be read. */
export interface Found {
  readonly size: number | null;
  readonly virtualSize: number | null;
  readonly sha512: string | null;
  readonly trouble: string | null;
}

export const unread: Found = { size: null, virtualSize: null, sha512: null, trouble: null };

/** The first whose bytes are known: only these are given to guests. */
export function firstKnown(all: readonly Location[]): Location | undefined {
  return all.find(({ sha512 }) => sha512 !== null);
}
