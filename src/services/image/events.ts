/** What image tells the rest of the cloud, in the past tense. */
export interface ImageEvents {
  "image.uploaded": { imageId: string; projectId: string | null };
  "image.deleted": { imageId: string; projectId: string | null };
}
