import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { type Readable, Transform } from "node:stream";
import { pipeline } from "node:stream/promises";
import { cephOf, HasClones, meaningOf, NoRoom } from "#agent/ceph/ceph.ts";
import { listForgotten, takeFromTrash, unless } from "#agent/ceph/images.ts";
import { Gone } from "#platform/service/driver.ts";
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
 * The program `rbd` does the work; an image has its name when it is whole. One that is deleted while it has clones goes to the
 * pool's trash until a sweep finds that it has none.
 */
export function rbdStore({ about, pool, conf, user }: RbdStore): ByteStore {
  const ceph = cephOf({ conf, user });
  const { as } = ceph;
  const rbd = (...args: string[]) =>
    ceph.rbd(args, args[0] === "rm" ? {} : { limit: 60_000 }).catch((why) => {
      throw full(why);
    });
  const named = (key: string) => `${pool}/${key}`;
  const size = async (key: string): Promise<number> =>
    JSON.parse(await rbd("info", "--format", "json", `${named(key)}@${snapshot}`)).size;
  const drop = async (name: string) => {
    await rbd("snap", "unprotect", `${name}@${snapshot}`).catch(unlessGoneOrLoose);
    await rbd("snap", "purge", "--no-progress", name).catch(unless(Gone));
    await rbd("rm", "--no-progress", name).catch((why) => {
      if (why instanceof HasClones) return rbd("trash", "mv", name);
      unless(Gone)(why);
    });
  };
  const forgotten = () => listForgotten(ceph, pool, (name) => keyed(name) !== undefined);
  const traced = (name: string, kind: string) => {
    const key = keyed(name);
    return key ? [{ kind, key, subject: key, where: named(name) }] : [];
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
      for (const { id, name } of await forgotten()) if (keyed(name) === key) await takeFromTrash(ceph, pool, id);
    },
    async locate(key) {
      await size(key);
      return `rbd://${await ceph.fsid()}/${pool}/${key}/${snapshot}`;
    },
    keyOf(path) {
      const [, at, key] = /^rbd:\/\/[^/]+\/([^/]+)\/([^/]+)\/snap$/.exec(path) ?? [];
      return at === pool ? key : undefined;
    },
    async traces() {
      const names = JSON.parse(await rbd("ls", "--format", "json", pool)) as string[];
      const kept = names.map((name) => traced(name, name.endsWith(part) ? "partial image in Ceph" : "image in Ceph"));
      return [...kept, ...(await forgotten()).map(({ name }) => traced(name, "image in Ceph's trash"))].flat();
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
  if (code !== 0) throw full(meaningOf(said, code));
}

function full(why: unknown): unknown {
  return why instanceof NoRoom ? new Full() : why;
}

/** What of the names in the pool is an image's: a volume's is not, if it is the volumes' pool too. */
function keyed(name: string): string | undefined {
  return /^(?!volume-)([A-Za-z0-9-]+)(\.part)?$/.exec(name)?.[1];
}

/** A snapshot that is not there, or is not protected. */
function unlessGoneOrLoose(why: unknown) {
  if (!(why instanceof Gone) && !/not protected|\(22\)/.test(String(why))) throw why;
}
