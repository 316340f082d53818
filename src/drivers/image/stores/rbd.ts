import { type ChildProcess, execFile, spawn } from "node:child_process";
import { once } from "node:events";
import { type Readable, Transform } from "node:stream";
import { pipeline } from "node:stream/promises";
import { Gone, Refused, Unavailable } from "#platform/service/driver.ts";
import { type Bounds, Full, type Store, type Stored } from "#services/image/driver.ts";
import type { ByteStore } from "./store.ts";
import { takeIn } from "./take-in.ts";

export interface RbdStore {
  readonly about: Store;
  readonly pool: string;
  /** Ceph's configuration file, and whom it is to be asked as. */
  readonly conf: string;
  readonly user: string;
}
const part = ".part";
const snapshot = "snap";

/**
 * Keeps images in a pool of Ceph, each with a protected snapshot that volumes and root disks can be cloned from without a copy.
 * The program `rbd` does the work; an image has its name when it is whole.
 */
export function rbdStore({ about, pool, conf, user }: RbdStore): ByteStore {
  const as = ["--conf", conf, "--id", user];
  const rbd = (...args: string[]) => run("rbd", [...as, ...args]);
  const named = (key: string) => `${pool}/${key}`;
  let fsid: Promise<string> | undefined;
  const url = async () => {
    fsid ??= run("ceph", [...as, "fsid"]).then((said) => said.trim());
    return `rbd://${await fsid}/${pool}/`;
  };
  const size = async (key: string): Promise<number> =>
    JSON.parse(await rbd("info", "--format", "json", `${named(key)}@${snapshot}`)).size;
  const drop = async (name: string) => {
    await rbd("snap", "unprotect", `${name}@${snapshot}`).catch(unlessGoneOrLoose);
    await rbd("snap", "purge", "--no-progress", name).catch(unlessGone);
    await rbd("rm", "--no-progress", name).catch(unlessGone);
  };
  return {
    about,
    size,
    async put(key, bytes, bounds) {
      const [name, temporary] = [named(key), named(key) + part];
      try {
        const stored = await importFrom([...as, "import", "--no-progress", "-", temporary], bytes, bounds);
        await drop(name);
        await rbd("snap", "create", "--no-progress", `${temporary}@${snapshot}`);
        await rbd("snap", "protect", `${temporary}@${snapshot}`);
        await rbd("rename", temporary, name);
        return stored;
      } catch (why) {
        await drop(temporary).catch(() => {});
        throw why;
      }
    },
    async open(key, range) {
      const bytes = await size(key);
      const child = spawn("rbd", [...as, "export", "--no-progress", `${named(key)}@${snapshot}`, "-"], {
        stdio: ["ignore", "pipe", "ignore"],
      });
      const { start, end } = range ?? { start: 0, end: bytes - 1 };
      return stretch(child, start, Math.min(end, bytes - 1) + 1);
    },
    async delete(key) {
      await drop(named(key));
      await drop(named(key) + part);
    },
    async locate(key) {
      await size(key);
      return `${await url()}${key}/${snapshot}`;
    },
    keyOf(path) {
      const [, at, key] = /^rbd:\/\/[^/]+\/([^/]+)\/([^/]+)\/snap$/.exec(path) ?? [];
      return at === pool ? key : undefined;
    },
    async traces() {
      const names = JSON.parse(await rbd("ls", "--format", "json", pool)) as string[];
      return names.map((name) => {
        const key = name.replace(/\.part$/, "");
        const kind = name.endsWith(part) ? "partial image in Ceph" : "image in Ceph";
        return { kind, key, subject: key, where: named(name) };
      });
    },
  };
}

async function importFrom(args: readonly string[], bytes: Readable, bounds: Bounds): Promise<Stored> {
  const child = spawn("rbd", args, { stdio: ["pipe", "ignore", "pipe"] });
  const end = ended(child);
  end.catch(() => {});
  child.stdin!.on("error", () => {});
  try {
    const stored = await takeIn(bytes, bounds, async (piece) => {
      if (!child.stdin!.write(Buffer.from(piece))) await Promise.race([once(child.stdin!, "drain"), end]);
    });
    child.stdin!.end();
    await end;
    return stored;
  } catch (why) {
    await endGently(child, end);
    throw why;
  }
}

/** Ceph takes an image of a client that was killed for open for another half a minute: it may end by itself. */
async function endGently(child: ChildProcess, end: Promise<void>) {
  const timer = setTimeout(() => child.kill("SIGKILL"), 20_000);
  child.stdin!.end();
  await end.catch(() => {});
  clearTimeout(timer);
}

/** What a program prints, from one byte on and up to before another. */
function stretch(child: ChildProcess, from: number, to: number): Readable {
  let at = 0;
  const cut = new Transform({
    transform(piece: Buffer, _, done) {
      const [first, last] = [Math.max(0, from - at), Math.min(piece.length, to - at)];
      at += piece.length;
      done(null, last > first ? piece.subarray(first, last) : undefined);
      if (at >= to) cut.end();
    },
  });
  cut.once("close", () => child.kill("SIGKILL"));
  cut.once("end", () => child.kill("SIGKILL"));
  pipeline(child.stdout!, cut).catch(() => {});
  return cut;
}

async function ended(child: ChildProcess): Promise<void> {
  let said = "";
  child.stderr?.setEncoding("utf8").on("data", (text: string) => {
    said = (said + text).slice(-2000);
  });
  const [code] = await once(child, "close");
  if (code !== 0) throw meaning(said);
}

function run(program: string, args: readonly string[]): Promise<string> {
  return new Promise((resolve, reject) => {
    execFile(program, args, { timeout: 600_000, maxBuffer: 2 ** 26 }, (why, stdout, stderr) =>
      why ? reject(meaning(stderr || why.message)) : resolve(stdout),
    );
  });
}

function meaning(said: string): Error {
  const line = said.trim().split("\n").at(-1) ?? "";
  if (/No such file|does not exist|\(2\)/.test(said)) return new Gone(line);
  if (/No space|quota/i.test(said)) return new Full();
  if (/busy|in use|watchers|has (clones|children)|\(16\)/i.test(said)) return new Unavailable(line);
  if (/ENOENT|timed out|connect|\(110\)/i.test(said)) return new Unavailable(`Ceph cannot be asked now: ${line}`);
  return new Refused(`Ceph refuses: ${line}`);
}

function unlessGone(why: unknown) {
  if (!(why instanceof Gone)) throw why;
}

/** A snapshot that is not there, or is not protected. */
function unlessGoneOrLoose(why: unknown) {
  if (!(why instanceof Gone) && !/not protected|\(22\)/.test(String(why))) throw why;
}
