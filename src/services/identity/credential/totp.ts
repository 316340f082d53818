import { createHmac, timingSafeEqual } from "node:crypto";

const PERIOD = 30;
const DIGITS = 6;
/** How many half minutes ago a passcode may have been made. */
const BEFORE = 1;
const ALPHABET = "ABCDEFGHIJKLMNOPQRSTUVWXYZ234567";

/** The half minute at this moment. */
export function windowAt(iso: string): number {
  return Math.floor(Date.parse(iso) / 1000 / PERIOD);
}

/** The passcode of a base32 secret in one half minute (RFC 6238, SHA-1, six digits); undefined where the secret is none. */
export function passcodeOf(secret: string, window: number): string | undefined {
  const key = base32(secret);
  if (!key) return undefined;
  const counter = Buffer.alloc(8);
  counter.writeBigUInt64BE(BigInt(window));
  const mac = createHmac("sha1", key).update(counter).digest();
  const code = mac.readUInt32BE(mac.at(-1)! & 15) & 0x7fffffff;
  return String(code % 10 ** DIGITS).padStart(DIGITS, "0");
}

/** The half minute that a passcode is of, if it is one of those that are good now. */
export function windowOf(secret: string, passcode: string, now: string): number | undefined {
  const current = windowAt(now);
  for (let window = current; window >= current - BEFORE; window -= 1) {
    const code = passcodeOf(secret, window);
    if (code && same(code, passcode)) return window;
  }
  return undefined;
}

function same(a: string, b: string): boolean {
  const [x, y] = [Buffer.from(a), Buffer.from(b)];
  return x.length === y.length && timingSafeEqual(x, y);
}

function base32(text: string): Buffer | undefined {
  const letters = text.trim().replace(/=+$/, "");
  if (!/^[A-Z2-7]+$/.test(letters)) return undefined;
  const bits = [...letters].map((one) => ALPHABET.indexOf(one).toString(2).padStart(5, "0")).join("");
  const bytes = bits.match(/.{8}/g) ?? [];
  return Buffer.from(bytes.map((byte) => Number.parseInt(byte, 2)));
}
