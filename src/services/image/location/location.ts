/** Where an image's bytes are outside, in no store of ours. */
export interface Location {
  readonly imageId: string;
  readonly url: string;
  /** Its place among the image's locations. */
  readonly nth: number;
  readonly metadata: Readonly<Record<string, unknown>>;
  readonly createdAt: string;
}
