import type { Digest } from "../repository/digest.ts";
import { findDigest } from "../repository/digest.ts";

export interface Manifest {
  readonly projectId: string;
  readonly repository: string;
  readonly digest: string;
  readonly mediaType: string;
  readonly artifactType: string | null;
  /** The digest of the manifest that it is about. */
  readonly subject: string | null;
  readonly annotations: Readonly<Record<string, string>>;
  /** As it was pushed, byte for byte. */
  readonly content: Buffer;
  readonly createdAt: string;
}
/** That a manifest speaks of a blob. */
export interface Reference {
  readonly projectId: string;
  readonly repository: string;
  readonly digest: string;
  readonly key: string;
}
export interface Descriptor {
  readonly mediaType: string;
  readonly digest: Digest;
  readonly size: number;
  readonly annotations: Readonly<Record<string, string>>;
}
/** What a manifest says, as far as a registry has to know. */
export interface Said extends Pick<Manifest, "mediaType" | "artifactType" | "annotations" | "subject"> {
  readonly config: Descriptor | undefined;
  readonly layers: readonly Descriptor[];
  /** Manifests that it is an index of. */
  readonly manifests: readonly Descriptor[];
}

export const largestManifest = 4 * 1024 * 1024;
export const ociManifest = "application/vnd.oci.image.manifest.v1+json";
export const ociIndex = "application/vnd.oci.image.index.v1+json";
const known = [
  ociManifest,
  ociIndex,
  "application/vnd.docker.distribution.manifest.v2+json",
  "application/vnd.docker.distribution.manifest.list.v2+json",
];

/** Why something is no manifest. */
export class NoManifest extends Error {}

/** What a manifest says; throws NoManifest. */
export function readManifest(content: Buffer, contentType: string | undefined): Said {
  const it = fields(parsed(content), "The manifest");
  const mediaType = mediaTypeOf(it, contentType);
  const config = it.config === undefined ? undefined : descriptor(it.config);
  const artifactType = text(it.artifactType) ?? config?.mediaType ?? null;
  return {
    mediaType,
    artifactType: artifactType || null,
    annotations: annotationsOf(it.annotations),
    subject: it.subject === undefined || it.subject === null ? null : spelledOf(descriptor(it.subject)),
    config,
    layers: list(it.layers).map(descriptor),
    manifests: list(it.manifests).map(descriptor),
  };
}

function parsed(content: Buffer): unknown {
  try {
    return JSON.parse(new TextDecoder("utf-8", { fatal: true }).decode(content));
  } catch {
    throw new NoManifest("The manifest is not JSON.");
  }
}

type Fields = Readonly<Record<string, unknown>>;

function fields(it: unknown, what: string): Fields {
  if (typeof it !== "object" || it === null || Array.isArray(it)) throw new NoManifest(`${what} is not a JSON object.`);
  return it as Fields;
}

/** As the request says it, and as the manifest does: both must be the same. */
function mediaTypeOf(it: Fields, contentType: string | undefined): string {
  if (it.schemaVersion !== 2) throw new NoManifest("Only manifests with schemaVersion 2 are taken.");
  const header = contentType?.split(";", 1)[0]?.trim();
  const said = text(it.mediaType);
  if (header && said && header !== said)
    throw new NoManifest(`The manifest says that it is ${said}, and the request that it is ${header}.`);
  const mediaType = said ?? header ?? (it.manifests === undefined ? ociManifest : ociIndex);
  if (!known.includes(mediaType)) throw new NoManifest(`Manifests of type ${mediaType} are not taken.`);
  const isIndex = mediaType.includes("index") || mediaType.includes("list");
  if (isIndex ? !Array.isArray(it.manifests) : it.config === undefined || !Array.isArray(it.layers))
    throw new NoManifest(
      isIndex ? "An index has a list of manifests." : "A manifest has a config and a list of layers.",
    );
  return mediaType;
}

function text(it: unknown): string | undefined {
  if (it === undefined || it === null) return undefined;
  if (typeof it !== "string" || it.includes("\0")) throw new NoManifest("A text of the manifest is none.");
  return it;
}

function list(it: unknown): readonly unknown[] {
  if (it === undefined || it === null) return [];
  if (!Array.isArray(it)) throw new NoManifest("A list of the manifest is none.");
  return it;
}

function descriptor(value: unknown): Descriptor {
  const it = fields(value, "A descriptor of the manifest");
  const digest = typeof it.digest === "string" ? findDigest(it.digest) : undefined;
  const { size } = it;
  if (!digest) throw new NoManifest("A descriptor of the manifest has no digest that is known here.");
  if (!Number.isSafeInteger(size) || (size as number) < 0)
    throw new NoManifest("A descriptor of the manifest has no size.");
  const mediaType = text(it.mediaType) ?? "";
  return { mediaType, digest, size: size as number, annotations: annotationsOf(it.annotations) };
}

function annotationsOf(value: unknown): Readonly<Record<string, string>> {
  if (value === undefined || value === null) return {};
  const all = Object.entries(fields(value, "What annotates the manifest"));
  return Object.fromEntries(all.map(([key, one]) => [text(key) ?? "", text(one) ?? ""]));
}

function spelledOf({ digest: { algorithm, hex } }: Descriptor): string {
  return `${algorithm}:${hex}`;
}

/** The blobs that have to be there: some layers are elsewhere by their nature. */
export function blobsOf({ config, layers }: Said): readonly Descriptor[] {
  const elsewhere = /nondistributable|foreign/;
  return [...(config ? [config] : []), ...layers.filter(({ mediaType }) => !elsewhere.test(mediaType))];
}
