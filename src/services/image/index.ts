import type { Readable } from "node:stream";
import type { Actor } from "#platform/api/rules.ts";
import type { Ctx } from "#platform/service/kit.ts";
import type { Loose } from "#platform/service/loose.ts";
import type { Join } from "#platform/store/join.ts";
import type { ImageDriver, Place } from "./driver.ts";

export interface BootImage {
  readonly id: string;
  readonly name: string | null;
  readonly diskFormat: string;
  readonly minDiskGib: number;
  readonly minRamMib: number;
  readonly sizeBytes: number;
  /** What a guest sees as the size of the disk. */
  readonly virtualBytes: number;
  readonly sha512: string;
  /** Where hosts can read it. */
  readonly path: string;
  readonly properties: Readonly<Record<string, string>>;
}
/** Where images' bytes are: for neighbours that bring or take them. */
export type ImageStore = ImageDriver;
/** Who asks, in a request. */
export type Asking = Join & Pick<Ctx<Loose>, "actor" | "may" | "headers" | "remote" | "url" | "version">;

/** An image whose bytes can be had. */
export interface ShownImage {
  readonly id: string;
  readonly name: string | null;
  readonly diskFormat: string;
  readonly containerFormat: string;
  readonly minDisk: number;
  readonly minRam: number;
  readonly sizeBytes: number;
  readonly sha512: string;
  readonly properties: Readonly<Record<string, string>>;
  readonly createdAt: string;
  readonly place: Place;
}
/** An image that is to come. */
export interface NewImage
  extends Pick<ShownImage, "diskFormat" | "containerFormat" | "minDisk" | "minRam" | "properties"> {
  readonly name: string;
  readonly owner: string;
}
/** What brings an image's bytes from a neighbour. */
export interface Bringing {
  readonly driver: ImageStore;
  write<T>(work: (tx: Join) => Promise<T>): Promise<T>;
  /** In the transaction that makes the image, which has no bytes yet. */
  begun(tx: Join, imageId: string): Promise<void>;
  /** In the transaction that gives it its bytes. */
  done(tx: Join, imageId: string): Promise<void>;
}

/** What neighbours may ask of image. */
export interface Image {
  /** An active image that the actor may see (null: any, for sagas); throws badRequest with Nova's and Cinder's sentence if not. */
  requireActive(tx: Join, actor: Actor | null, id: string): Promise<BootImage>;
  /** Active images that a project sees and whose bytes whoever asks may have, the newest first. */
  listShown(asking: Asking, projectId: string): Promise<ShownImage[]>;
  /**
   * Makes an image of bytes that a neighbour has, outside of any transaction, and says its id: hashed and looked at as any upload.
   * Throws ApiError with a sentence for what is refused; then nothing stays behind.
   */
  bring(door: Bringing, asking: Asking, it: NewImage, bytes: Readable): Promise<string>;
  /** For one that `bring` had begun when its program was killed: it goes; false while somebody may be at work on it. */
  forgetUnfinished(tx: Join, id: string): Promise<boolean>;
}
