import { createCipheriv, createDecipheriv, createHash, randomBytes } from "node:crypto";

const otherSecret =
  "what the database keeps sealed was sealed with another secret; give the one that it was sealed with";

let key: Buffer | undefined;

/** Takes the cloud's secret, from which the key that seals secrets at rest is made. */
export function useSecret(secret: string): void {
  key = createHash("sha256").update(`crunch seal\0${secret}`).digest();
}

/** Encrypts (AES-256-GCM) what must not lie in the database as it is. */
export function seal(text: string): string {
  const nonce = randomBytes(12);
  const cipher = createCipheriv("aes-256-gcm", need(), nonce);
  const body = Buffer.concat([cipher.update(text, "utf8"), cipher.final()]);
  return `v1.${Buffer.concat([nonce, cipher.getAuthTag(), body]).toString("base64url")}`;
}

/** Throws when it was sealed with another secret or has been changed. */
export function unseal(sealed: string): string {
  const bytes = Buffer.from(sealed.slice(3), "base64url");
  const open = createDecipheriv("aes-256-gcm", need(), bytes.subarray(0, 12));
  open.setAuthTag(bytes.subarray(12, 28));
  try {
    return Buffer.concat([open.update(bytes.subarray(28)), open.final()]).toString("utf8");
  } catch (cause) {
    throw new Error(`${otherSecret}: --secret, or the secrets.json of the program that made the database`, { cause });
  }
}

function need(): Buffer {
  if (!key) throw new Error("no secret was given to seal with");
  return key;
}
