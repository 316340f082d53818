/** An image that comes into the image service from a manifest that is being pushed. */
export interface Arrival {
  readonly imageId: string;
  readonly beganAt: string;
}
