import type { Blob, Link } from "./blob/blob.ts";
import type { Arrival } from "./image/arrival.ts";
import type { ImageDigest } from "./image/image-digest.ts";
import type { Manifest, Reference } from "./manifest/manifest.ts";
import type { Tag } from "./tag/tag.ts";
import type { Upload } from "./upload/upload.ts";

/** Rows are the domain's own types; the store spells them in snake case for the database. */
export interface RegistryTables {
  containerRegistryBlobs: Blob;
  containerRegistryLinks: Link;
  containerRegistryManifests: Manifest;
  containerRegistryReferences: Reference;
  containerRegistryTags: Tag;
  containerRegistryUploads: Upload;
  containerRegistryArrivals: Arrival;
  containerRegistryImageDigests: ImageDigest;
}
