import type { ActiveArtifact } from "../../artifact/index.ts";
import { ociManifest } from "../manifest/manifest.ts";
import { digestOf } from "../repository/digest.ts";
import { emptyConfig, type Shown, type ShownBlob } from "../shown/shown.ts";

const prefix = "org.openstack.artifact.";

/** An active artifact as a manifest: each of its blobs is a layer. */
export function artifactAsManifest(it: ActiveArtifact): Shown {
  const layers = it.blobs.map(({ field, entry, contentType, sha256, sizeBytes: size }) => ({
    mediaType: contentType,
    digest: `sha256:${sha256}`,
    size,
    annotations: { "org.opencontainers.image.title": entry === null ? field : `${field}/${entry}` },
  }));
  const body = {
    schemaVersion: 2,
    mediaType: ociManifest,
    artifactType: `application/vnd.openstack.artifact.${it.typeName}.v1`,
    config: emptyConfig,
    layers: layers.length > 0 ? layers : [emptyConfig],
    annotations: annotationsOf(it),
  };
  const content = Buffer.from(JSON.stringify(body));
  return { content, digest: digestOf(content), blobs: artifactBlobs(it) };
}

export function artifactBlobs({ blobs }: ActiveArtifact): readonly ShownBlob[] {
  return blobs.map(({ store, key, sha256, sha512, sizeBytes: size }) => ({
    digests: [
      { algorithm: "sha256", hex: sha256 },
      { algorithm: "sha512", hex: sha512 },
    ],
    size,
    from: { kind: "artifacts", place: { store, key } },
  }));
}

function annotationsOf(it: ActiveArtifact): Readonly<Record<string, string>> {
  return {
    "org.opencontainers.image.created": it.activatedAt,
    "org.opencontainers.image.title": it.name,
    "org.opencontainers.image.version": it.version,
    ...(it.description !== "" && { "org.opencontainers.image.description": it.description }),
    [`${prefix}id`]: it.id,
    [`${prefix}type`]: it.typeName,
    ...(it.tags.length > 0 && { [`${prefix}tags`]: it.tags.join(",") }),
    [`${prefix}fields`]: JSON.stringify(it.fields),
  };
}

/** Tags know no plus sign: 1.0.0+build is 1.0.0_build. */
export function asTag(version: string): string {
  return version.replaceAll("+", "_");
}

/** "artifacts/heat_templates/web" are the versions of web; undefined for other repositories. */
export function artifactsNamed(repository: string): { readonly typeName: string; readonly name: string } | undefined {
  const [, typeName, name] = /^artifacts\/([^/]+)\/([^/]+)$/.exec(repository) ?? [];
  return typeName === undefined || name === undefined ? undefined : { typeName, name };
}
