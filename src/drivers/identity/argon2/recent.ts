import { createHmac, randomBytes, timingSafeEqual } from "node:crypto";
import type { PasswordDriver } from "#services/identity/driver.ts";

export interface RecentOptions {
  /** For how long after its hash was computed a password counts as known; 0: never. */
  readonly seconds: number;
  /** How many are known at most; the oldest is forgotten first. */
  readonly most?: number;
  /** Milliseconds, always forward. */
  readonly now?: () => number;
}
interface Known {
  readonly mac: Buffer;
  readonly until: number;
}

/**
 * A password that has just been proven against a hash is not hashed again for a while: who logs in for every command is not made to
 * wait. What is kept is a keyed digest, in memory alone, under a key that ends with the process; a new hash (another password) is
 * another entry. A wrong password always costs a whole hash.
 */
export function rememberRecent(driver: PasswordDriver, options: RecentOptions): PasswordDriver {
  const { seconds, most = 10_000, now = () => performance.now() } = options;
  if (seconds <= 0) return driver;
  const key = randomBytes(32);
  const known = new Map<string, Known>();
  const digest = (password: string, hash: string) => createHmac("sha256", key).update(hash).update(password).digest();
  const isKnown = (mac: Buffer, hash: string) => {
    const it = known.get(hash);
    return it !== undefined && it.until > now() && timingSafeEqual(it.mac, mac);
  };
  const keep = (mac: Buffer, hash: string) => {
    known.delete(hash);
    known.set(hash, { mac, until: now() + seconds * 1000 });
    if (known.size > most) known.delete(known.keys().next().value!);
  };
  return {
    hash: driver.hash,
    async matches(password, hash) {
      if (hash === null) return driver.matches(password, null);
      const mac = digest(password, hash);
      if (isKnown(mac, hash)) return true;
      const fits = await driver.matches(password, hash);
      if (fits) keep(mac, hash);
      return fits;
    },
  };
}
