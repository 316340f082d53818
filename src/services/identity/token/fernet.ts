import { createCipheriv, createDecipheriv, createHmac, randomBytes, timingSafeEqual } from "node:crypto";

/** A Fernet key: sixteen bytes that sign, sixteen that encrypt. */
export type FernetKey = Buffer;

const FERNET = 0x80;
const SIGNATURE = 32;
const HEAD = 25;

export function newKey(): FernetKey {
  return randomBytes(32);
}

/** A Fernet token (without padding) of some text. */
export function encrypt(key: FernetKey, text: string, at: string): string {
  const head = Buffer.alloc(HEAD);
  head[0] = FERNET;
  head.writeBigUInt64BE(BigInt(Math.floor(Date.parse(at) / 1000)), 1);
  randomBytes(16).copy(head, 9);
  const cipher = createCipheriv("aes-128-cbc", key.subarray(16), head.subarray(9));
  const signed = Buffer.concat([head, cipher.update(text, "utf8"), cipher.final()]);
  return Buffer.concat([signed, sign(key, signed)]).toString("base64url");
}

/** The text in a token that was made with this key; undefined for any other. */
export function decrypt(key: FernetKey, token: string): string | undefined {
  const bytes = Buffer.from(token, "base64url");
  if (bytes.length < HEAD + 16 + SIGNATURE || bytes[0] !== FERNET) return undefined;
  const signed = bytes.subarray(0, -SIGNATURE);
  if (!timingSafeEqual(sign(key, signed), bytes.subarray(-SIGNATURE))) return undefined;
  const cipher = createDecipheriv("aes-128-cbc", key.subarray(16), signed.subarray(9, HEAD));
  return Buffer.concat([cipher.update(signed.subarray(HEAD)), cipher.final()]).toString("utf8");
}

function sign(key: FernetKey, bytes: Buffer): Buffer {
  return createHmac("sha256", key.subarray(0, 16)).update(bytes).digest();
}
