import { type Manifest, ociIndex } from "./manifest.ts";

/** What is about a manifest, as an index of it. */
export function referrersIndex(manifests: readonly Manifest[]) {
  return {
    schemaVersion: 2,
    mediaType: ociIndex,
    manifests: manifests.map(({ mediaType, digest, content, artifactType, annotations }) => ({
      mediaType,
      digest,
      size: content.length,
      ...(artifactType !== null && { artifactType }),
      ...(Object.keys(annotations).length > 0 && { annotations }),
    })),
  };
}
