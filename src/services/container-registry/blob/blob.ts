/** Bytes that the driver has. */
export interface Blob {
  readonly key: string;
  /** Hexadecimal. */
  readonly sha256: string;
  /** Known where somebody has named the blob so. */
  readonly sha512: string | null;
  readonly size: number;
  readonly createdAt: string;
}
/** That a blob can be seen in a repository. */
export interface Link {
  readonly projectId: string;
  readonly repository: string;
  readonly key: string;
  /** When somebody last had to do with it there, roughly. */
  readonly seenAt: string;
}

/** For so many seconds a blob that no manifest speaks of stays where it was pushed: a manifest may come. */
export const graceSeconds = 3600;
/** Looking at a blob is noted no more often than every so many seconds. */
export const notedEvery = 300;
