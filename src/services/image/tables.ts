import type { CachedImage } from "./cache/cached.ts";
import type { Image } from "./image/image.ts";
import type { Location } from "./location/location.ts";
import type { Member } from "./member/member.ts";
import type { Association, Definition, Namespace, ResourceType } from "./metadef/namespace.ts";
import type { Blob, ExpectedBytes, ImagePlace } from "./place/place.ts";
import type { Task } from "./task/task.ts";

/** Rows are the domain's own types; the store spells them in snake_case for the database. */
export interface ImageTables {
  imageImages: Image;
  imageMembers: Member;
  imageTasks: Task;
  imageCached: CachedImage;
  imageLocations: Location;
  imageNamespaces: Namespace;
  imageDefinitions: Definition;
  imageResourceTypes: ResourceType;
  imageAssociations: Association;
  imageBlobs: Blob;
  imagePlaces: ImagePlace;
  imageExpected: ExpectedBytes;
}
