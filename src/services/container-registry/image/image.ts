import type { NewImage, ShownImage } from "../../image/index.ts";
import { type Descriptor, ociManifest, type Said } from "../manifest/manifest.ts";
import { type Digest, digestOf } from "../repository/digest.ts";
import { asName, emptyConfig, type Shown, type ShownBlob } from "../shown/shown.ts";

export const imageType = "application/vnd.openstack.image.v1";
const prefix = "org.openstack.image.";
const property = `${prefix}property.`;
const qcow2 = "application/vnd.qemu.qcow2";
const disk = "application/vnd.openstack.image.disk.";

/** An image of the image service as a manifest with one layer, which is its bytes. */
export function imageAsManifest(it: ShownImage, sha256: string): Shown {
  const { sizeBytes: size } = it;
  const title = `${asName(it.name ?? it.id)}.${it.diskFormat}`;
  const layer = {
    mediaType: it.diskFormat === "qcow2" ? qcow2 : `${disk}${it.diskFormat}`,
    digest: `sha256:${sha256}`,
    size,
    annotations: { "org.opencontainers.image.title": title },
  };
  const body = {
    schemaVersion: 2,
    mediaType: ociManifest,
    artifactType: imageType,
    config: emptyConfig,
    layers: [layer],
    annotations: annotationsOf(it),
  };
  const content = Buffer.from(JSON.stringify(body));
  return { content, digest: digestOf(content), blobs: [imageBlob(it, sha256)] };
}

export function imageBlob({ sha512, sizeBytes: size, place }: ShownImage, sha256: string | undefined): ShownBlob {
  const digests: Digest[] = [{ algorithm: "sha512", hex: sha512 }];
  if (sha256 !== undefined) digests.unshift({ algorithm: "sha256", hex: sha256 });
  return { digests, size, from: { kind: "images", place } };
}

function annotationsOf(it: ShownImage): Readonly<Record<string, string>> {
  const own = Object.entries(it.properties).sort(([a], [b]) => (a < b ? -1 : 1));
  return {
    "org.opencontainers.image.created": it.createdAt,
    ...(it.name !== null && { [`${prefix}name`]: it.name }),
    [`${prefix}id`]: it.id,
    [`${prefix}disk_format`]: it.diskFormat,
    [`${prefix}container_format`]: it.containerFormat,
    [`${prefix}min_disk`]: String(it.minDisk),
    [`${prefix}min_ram`]: String(it.minRam),
    [`${prefix}os_hash_algo`]: "sha512",
    [`${prefix}os_hash_value`]: it.sha512,
    ...Object.fromEntries(own.map(([key, value]) => [property + key, value])),
  };
}

/** What a pushed manifest says of the image that it is: undefined if it is none. */
export function imageOf(
  said: Said,
  name: string,
  owner: string,
): (NewImage & { readonly layer: Descriptor }) | undefined {
  const [layer, ...more] = said.layers;
  if (!layer || more.length > 0) return undefined;
  const words = { ...layer.annotations, ...said.annotations };
  const diskFormat = words[`${prefix}disk_format`] ?? formatOf(layer.mediaType);
  if (!diskFormat) return undefined;
  const called = words[`${prefix}name`];
  return {
    layer,
    name: called !== undefined && asName(called) === name ? called : name,
    owner,
    diskFormat,
    containerFormat: words[`${prefix}container_format`] ?? "bare",
    minDisk: Number(words[`${prefix}min_disk`] ?? 0),
    minRam: Number(words[`${prefix}min_ram`] ?? 0),
    properties: Object.fromEntries(
      Object.entries(words)
        .filter(([key]) => key.startsWith(property))
        .map(([key, value]) => [key.slice(property.length), value]),
    ),
  };
}

function formatOf(mediaType: string): string | undefined {
  if (mediaType === qcow2) return "qcow2";
  return mediaType.startsWith(disk) ? mediaType.slice(disk.length) : undefined;
}

/** "images/ubuntu" is the images called so, or the one whose id that is; undefined for other repositories. */
export function imagesNamed(repository: string): string | undefined {
  return /^images\/([^/]+)$/.exec(repository)?.[1];
}
