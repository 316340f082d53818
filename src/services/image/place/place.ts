/** Bytes in a store, once for all the images that hold the same. */
export interface Blob {
  readonly store: string;
  readonly key: string;
  readonly sha512: string;
  readonly size: number;
  /** Where hosts read them: a path, or a URL of the store. */
  readonly path: string;
  readonly createdAt: string;
}
/** That an image's bytes are in a store. */
export interface ImagePlace {
  readonly imageId: string;
  readonly store: string;
  readonly key: string;
  readonly createdAt: string;
}
/** Bytes that durable work brings to an image. */
export type ExpectedBytes = ImagePlace;
/** Both: what a reader needs. */
export type PlacedBytes = Omit<Blob, "createdAt"> & { readonly imageId: string };
