import type { Place } from "../driver.ts";
import type { Image } from "../image/image.ts";
import type { ImportMethod } from "../settings.ts";
import type { Planned } from "./conversion.ts";

/** What an import's sagas are started with. */
export interface Import {
  readonly task: string;
  readonly method: ImportMethod;
  /** Where downloaded bytes wait; null where none are downloaded. */
  readonly stage: Place | null;
  readonly to: readonly Place[];
  /** Whether all stores must get it, or one is enough. */
  readonly must: boolean;
  readonly uri?: string;
  readonly remote?: Remote;
  /** What becomes of staged bytes; absent: they stay as they are. */
  readonly convert?: Planned;
  /** What the image was before, where the import changes that. */
  readonly before?: Pick<Image, "diskFormat" | "containerFormat" | "properties">;
}
/** An image of another cloud's image service. */
export interface Remote {
  /** The service's address; null where the catalogue has none of that region and interface. */
  readonly url: string | null;
  readonly imageId: string;
  /** A token, sealed. */
  readonly token: string;
}

/** One copy to one store. */
export interface CopyTo {
  readonly task: string;
  readonly to: Place;
  /** Whether the image can be used as soon as the copy is there. */
  readonly opens: boolean;
}

/** How far copies are in this process, in percent, by image. */
export const progress = new Map<string, number>();
