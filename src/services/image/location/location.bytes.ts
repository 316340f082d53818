import { createHash } from "node:crypto";
import { Readable } from "node:stream";
import { Refused } from "#platform/service/driver.ts";
import type { ImageDriver, Stored } from "../driver.ts";
import { type Image, largestBytes } from "../image/image.ts";
import { Watch } from "../inspect/watch.ts";
import type { Proof } from "./proof.ts";

export interface Place extends Pick<Image, "diskFormat" | "containerFormat"> {
  readonly url: string;
  readonly proof: Proof;
}
export interface Known extends Stored {
  readonly virtualSize: number | null;
}

/** Reads what is there, looked at as it comes; Refused unless it is what it is said to be. */
export async function readPlace({ web }: ImageDriver, asked: Place, signal: AbortSignal): Promise<Known> {
  if (!web) throw new Refused("This cloud knows no locations outside.");
  const { bytes } = await web.open(asked.url, { signal });
  const known = await hashed(bytes as AsyncIterable<Buffer>, asked);
  requireProof(asked.proof, known);
  return known;
}

async function hashed(bytes: AsyncIterable<Buffer>, { containerFormat, diskFormat, proof }: Place) {
  const watch = containerFormat === "bare" && diskFormat ? new Watch(diskFormat) : undefined;
  const other = proof.os_hash_algo ?? "sha512";
  const [md5, sha512, own] = [createHash("md5"), createHash("sha512"), createHash(other)];
  let sizeBytes = 0;
  for await (const piece of bytes) {
    sizeBytes += piece.length;
    if (sizeBytes > largestBytes) throw new Refused(`The image is too large: at most ${largestBytes} bytes are taken.`);
    watch?.take(piece);
    for (const hash of [md5, sha512, own]) hash.update(piece);
  }
  const [virtualSize, hex] = [watch?.end() ?? null, own.digest("hex")];
  return { sizeBytes, virtualSize, md5: md5.digest("hex"), sha512: sha512.digest("hex"), own: hex };
}

function requireProof({ checksum, os_hash_value: value }: Proof, found: { md5: string; own: string }) {
  if (value !== undefined && value.toLowerCase() !== found.own)
    throw new Refused(`os_hash_value: (${value}) not matched with actual os_hash_value: (${found.own})`);
  if (checksum !== undefined && checksum.toLowerCase() !== found.md5)
    throw new Refused(`checksum: (${checksum}) not matched with actual checksum: (${found.md5})`);
}

/** The same bytes, of which the last piece only passes when all are what they were: a reader sees that others are cut off. */
export function asTheyWere(bytes: Readable, sha512: string): Readable {
  return Readable.from(passing(bytes, sha512), { objectMode: false });
}

async function* passing(bytes: AsyncIterable<Buffer>, sha512: string) {
  const hash = createHash("sha512");
  let last: Buffer | undefined;
  for await (const piece of bytes) {
    if (last) yield last;
    hash.update(piece);
    last = piece;
  }
  if (hash.digest("hex") !== sha512) throw new Refused("The image's bytes are not what they were.");
  if (last) yield last;
}
