import { argon2 as argon2Of, randomBytes, timingSafeEqual } from "node:crypto";
import { promisify } from "node:util";
import { Unavailable } from "#platform/service/driver.ts";
import type { PasswordDriver } from "#services/identity/driver.ts";

/** What one hash costs: memory in KiB, passes over it, lanes. */
interface Cost {
  readonly memory: number;
  readonly passes: number;
  readonly lanes: number;
}
interface Parsed extends Cost {
  readonly salt: Buffer;
  readonly digest: Buffer;
}

/** One of OWASP's equal choices for Argon2id: the one that asks least of memory for its passes, and is soonest done here. */
const recommended: Cost = { memory: 19_456, passes: 2, lanes: 1 };
/** For clouds that hold nothing. */
const cheapest: Cost = { memory: 8, passes: 1, lanes: 1 };

const derive = promisify(argon2Of);
const SALT = 16;
const DIGEST = 32;
/** How many hashes are computed at a time: each takes its memory and one of Node's four threads. */
const AT_ONCE = 2;
/** How many may wait for that: some seconds' work. Who comes then is told to come again. */
const LINE = 100;

/** Passwords as Argon2id hashes in PHC's spelling, computed beside the event loop. */
export function argon2({ cheap = false, line = LINE } = {}): PasswordDriver {
  const cost = cheap ? cheapest : recommended;
  const turn = turns(AT_ONCE, line);
  const nobody = compute("", { ...cost, salt: randomBytes(SALT), digest: Buffer.alloc(DIGEST) }).then((digest) =>
    phc({ ...cost, salt: randomBytes(SALT), digest }),
  );
  nobody.catch(() => {}); // who awaits it hears of it
  return {
    hash: (password) =>
      turn(async () => {
        const salt = randomBytes(SALT);
        const digest = await compute(password, { ...cost, salt, digest: Buffer.alloc(DIGEST) });
        return phc({ ...cost, salt, digest });
      }),
    matches: (password, hash) =>
      turn(async () => {
        const it = parse(hash ?? (await nobody));
        const same = timingSafeEqual(await compute(password, it), it.digest);
        return hash !== null && same;
      }),
  };
}

function compute(password: string, { memory, passes, lanes, salt, digest }: Parsed): Promise<Buffer> {
  const sizes = { tagLength: digest.length, memory, passes, parallelism: lanes };
  return derive("argon2id", { message: Buffer.from(password, "utf8"), nonce: salt, ...sizes });
}

function phc({ memory, passes, lanes, salt, digest }: Parsed): string {
  return `$argon2id$v=19$m=${memory},t=${passes},p=${lanes}$${bare(salt)}$${bare(digest)}`;
}

function parse(text: string): Parsed {
  const found = /^\$argon2id\$v=19\$m=(\d+),t=(\d+),p=(\d+)\$([A-Za-z0-9+/]+)\$([A-Za-z0-9+/]+)$/.exec(text);
  if (!found) throw new Error("a stored password hash is not of Argon2id");
  const [memory, passes, lanes] = found.slice(1, 4).map(Number) as [number, number, number];
  return { memory, passes, lanes, salt: Buffer.from(found[4]!, "base64"), digest: Buffer.from(found[5]!, "base64") };
}

function bare(bytes: Buffer): string {
  return bytes.toString("base64").replaceAll("=", "");
}

/** Lets a number of jobs run at a time; the others wait in line, as long as that is not too long. */
function turns(places: number, longest: number) {
  const line: (() => void)[] = [];
  let free = places;
  return async <T>(job: () => Promise<T>): Promise<T> => {
    if (free > 0) free -= 1;
    else if (line.length >= longest) throw new Unavailable("Too many passwords are being checked at this moment.");
    else await new Promise<void>((go) => line.push(go));
    try {
      return await job();
    } finally {
      const next = line.shift();
      if (next) next();
      else free += 1;
    }
  };
}
