import { badRequest, conflict } from "#platform/api/errors.ts";
import type { Image } from "../image/image.ts";

/** What somebody says of bytes that are elsewhere. */
export interface Proof {
  readonly checksum?: string;
  readonly os_hash_algo?: string;
  readonly os_hash_value?: string;
}
type Key = keyof Proof;
const sizes: Readonly<Record<string, number>> = { sha512: 64, sha384: 48, sha256: 32, sha224: 28, sha1: 20, md5: 16 };

/** What the image's hashes become by what is said of its locations; throws conflict where that cannot be. */
export function readProof(image: Image, given: readonly { readonly validation_data?: Proof }[]): Partial<Image> {
  const said = agreed(given.map((one) => one.validation_data ?? {}));
  const known: Record<Key, string | null> = {
    checksum: image.md5,
    os_hash_algo: image.sha512 === null ? null : "sha512",
    os_hash_value: image.sha512,
  };
  const news = Object.entries(said).filter(([key, value]) => known[key as Key] !== value) as [Key, string][];
  const other = news.find(([key]) => known[key]);
  if (other) throw conflict(`${other[0]} is already set with a different value`);
  if (news.length === 0) return {};
  if (image.status !== "queued")
    throw conflict(
      `New value(s) for ${news.map(([key]) => key).join(", ")} may only be provided when image status is 'queued'`,
    );
  return readNew(Object.fromEntries(news));
}

function agreed(all: readonly Proof[]): Proof {
  const said: Partial<Record<Key, string>> = {};
  for (const one of all)
    for (const [key, value] of Object.entries(one) as [Key, string][]) {
      if (said[key] !== undefined && said[key] !== value) throw conflict(`Conflicting values for ${key}`);
      said[key] = value;
    }
  return said;
}

function readNew({ checksum, os_hash_algo: algo, os_hash_value: value = "" }: Proof): Partial<Image> {
  if (checksum !== undefined && !isHex(checksum))
    throw conflict(`checksum (${checksum}) is not a valid hexadecimal value`);
  if (checksum !== undefined && checksum.length !== 32)
    throw conflict(`checksum (${checksum}) is not the correct size for md5 (should be 16 bytes)`);
  if (algo !== "sha512") throw conflict(`os_hash_algo must be sha512, not ${algo ?? "None"}`);
  if (!isHex(value)) throw conflict(`os_hash_value (${value}) is not a valid hexadecimal value`);
  if (value.length !== 128)
    throw conflict(`os_hash_value (${value}) is not the correct size for sha512 (should be 64 bytes)`);
  return { md5: checksum ?? null, sha512: value };
}

function isHex(text: string): boolean {
  return /^([0-9a-f]{2})+$/i.test(text);
}

/** Throws badRequest for a hash that can be none of its kind. */
export function requireHash({ os_hash_algo: algo = "sha512", os_hash_value: value }: Proof) {
  if (value === undefined) return;
  if (!isHex(value)) throw badRequest(`os_hash_value (${value}) is not a valid hexadecimal value`);
  const size = sizes[algo];
  if (size === undefined) throw badRequest(`unsupported hash type ${algo}`);
  if (value.length !== 2 * size)
    throw badRequest(`os_hash_value: (${value}) is not the correct size for ${algo} (should be (${size}) bytes)`);
}
