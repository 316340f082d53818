import type { Actor } from "#platform/api/rules.ts";
import type { Join } from "#platform/store/join.ts";

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
/** What neighbours may ask of image. */
export interface Image {
  /** An active image that the actor may see (null: any, for sagas); throws badRequest with Nova's and Cinder's sentence if not. */
  requireActive(tx: Join, actor: Actor | null, id: string): Promise<BootImage>;
}
