import type { Image } from "./image/image.ts";
import type { Member } from "./member/member.ts";
import type { Association, Definition, Namespace, ResourceType } from "./metadef/namespace.ts";
import type { Blob, ExpectedBytes, ImagePlace } from "./place/place.ts";

/** Rows are the domain's own types; the store spells them in snake_case for the database. */
export interface ImageTables {
  imageImages: Image;
  imageMembers: Member;
  imageNamespaces: Namespace;
  imageDefinitions: Definition;
  imageResourceTypes: ResourceType;
  imageAssociations: Association;
  imageBlobs: Blob;
  imagePlaces: ImagePlace;
  imageExpected: ExpectedBytes;
}
