import { hash } from "node:crypto";
import { refusal } from "../error.ts";

export interface Digest {
  readonly algorithm: "sha256" | "sha512";
  readonly hex: string;
}

/** "sha256:…" or "sha512:…", whole; anything else is refused. */
export function readDigest(text: string): Digest {
  const it = findDigest(text);
  if (!it)
    throw refusal(
      "DIGEST_INVALID",
      `${JSON.stringify(text)} is no digest: sha256: or sha512: and its hexadecimal digits.`,
    );
  return it;
}

export function findDigest(text: string): Digest | undefined {
  const [, algorithm, hex] =
    /^(?:(sha256):([0-9a-f]{64})|(sha512):([0-9a-f]{128}))$/.exec(text)?.filter((it) => it) ?? [];
  return hex === undefined ? undefined : ({ algorithm, hex } as Digest);
}

export function digestOf(bytes: Buffer, algorithm: Digest["algorithm"] = "sha256"): string {
  return `${algorithm}:${hash(algorithm, bytes)}`;
}

export const spelled = ({ algorithm, hex }: Digest) => `${algorithm}:${hex}`;
