import { hash } from "node:crypto";
import type { Digest } from "../repository/digest.ts";

/** Bytes that a repository shows without having them: a neighbour has. */
export interface ShownBlob {
  /** All names that it has. */
  readonly digests: readonly Digest[];
  readonly size: number;
  readonly from: {
    readonly kind: "images" | "artifacts";
    readonly place: { readonly store: string; readonly key: string };
  };
}
/** A manifest that nobody has pushed: what a neighbour has, as OCI would have it. */
export interface Shown {
  /** Sent as it is; made of what is known now. */
  readonly content: Buffer;
  readonly digest: string;
  readonly blobs: readonly ShownBlob[];
}

/** The config of what has none: https://github.com/opencontainers/image-spec/blob/v1.1.0/manifest.md#guidance-for-an-empty-descriptor */
export const emptyBlob = Buffer.from("{}");
const emptyHex = hash("sha256", emptyBlob);
export const emptyConfig = {
  mediaType: "application/vnd.oci.empty.v1+json",
  digest: `sha256:${emptyHex}`,
  size: emptyBlob.length,
};

export function isEmptyBlob({ algorithm, hex }: Digest): boolean {
  return algorithm === "sha256" && hex === emptyHex;
}

/** A name of something as a repository may be called: "Ubuntu 24.04 LTS" is ubuntu-24-04-lts. */
export function asName(name: string): string {
  if (/^[a-z0-9]+((\.|_|__|-+)[a-z0-9]+)*$/.test(name)) return name;
  return name
    .toLowerCase()
    .replace(/[^a-z0-9]+/g, "-")
    .replace(/^-|-$/g, "");
}
