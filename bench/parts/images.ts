import { execFileSync, spawn } from "node:child_process";
import { createHash } from "node:crypto";
import { createReadStream, createWriteStream } from "node:fs";
import { mkdir, rm } from "node:fs/promises";
import { createServer, type RequestListener } from "node:http";
import type { AddressInfo } from "node:net";
import { join } from "node:path";
import { pipeline } from "node:stream/promises";
import { simulatedDrivers } from "#cloud";
import { fileImages } from "#drivers/image/stores/driver.ts";
import type { Bench } from "../bench.ts";
import { discard, request } from "../cloud.ts";
import { openInside } from "../inside.ts";

export const mebibytes = 1024;

/** One GiB into the cloud and out of it, and eight at once, beside a bare Node server that does the same and beside `cp`. */
export async function images(bench: Bench): Promise<void> {
  const dir = join(bench.dir, "images");
  await discard(dir);
  await mkdir(dir, { recursive: true, mode: 0o711 });
  const file = join(dir, "gib.raw");
  execFileSync("dd", ["if=/dev/urandom", `of=${file}`, "bs=1M", `count=${mebibytes}`, "status=none"]);
  const drivers = { ...simulatedDrivers({ hosts: 1 }), image: fileImages({ dir: join(dir, "store") }) };
  const { spine, stop } = await openInside({ dir, drivers });
  try {
    const url = await spine.door.listen({ host: "127.0.0.1", port: 17104 });
    await measure(bench, { url, dir, file }, 1);
    await measure(bench, { url, dir, file }, 8);
  } finally {
    await stop();
    await discard(dir);
  }
}

interface Ground {
  readonly url: string;
  readonly dir: string;
  readonly file: string;
}

async function measure(bench: Bench, { url, dir, file }: Ground, count: number): Promise<void> {
  const at = count === 1 ? "1 GiB" : `${count} x 1 GiB at once`;
  const each = async (work: (n: number) => Promise<void>) => {
    const watched = watchMemory();
    const began = performance.now();
    await Promise.all(Array.from({ length: count }, (_, n) => work(n)));
    return { rate: (count * mebibytes * 1000) / (performance.now() - began), memory: watched.stop() };
  };
  const ids: string[] = [];
  const path = (n: number) => `${url}/image/v2/images/${ids.at(-1 - n)}/file`;
  const type = ["-H", "content-type: application/octet-stream"];
  const upload = async () => {
    ids.push(...(await Promise.all(Array.from({ length: count }, () => make(url)))));
    return each((n) => curl(["-T", file, ...type, path(n)]));
  };
  const [hashed, uploaded, downloaded, sent] = await best(count === 1 ? 3 : 1, [
    () => onBare(hashing(dir), (bare) => each(() => curl(["-T", file, bare]))),
    upload,
    () => each((n) => curl([path(n)])),
    () => onBare(sending(file), (bare) => each(() => curl([bare]))),
  ]);
  const figure = { at, unit: "MiB/s", more: true, aim: { against: "beside", of: 1.25 } } as const;
  const bare = "a bare Node server that";
  bench.row({
    ...{ ...figure, what: "image upload", value: uploaded.rate, detail: { "RSS grew by MiB": uploaded.memory } },
    beside: { what: `${bare} hashes and keeps the same`, value: hashed.rate },
    reference: count === 1 ? bench.reference("image upload MiB/s") : undefined,
  });
  bench.row({
    ...{ ...figure, what: "image download", value: downloaded.rate, detail: { "RSS grew by MiB": downloaded.memory } },
    beside: { what: `${bare} sends the same`, value: sent.rate },
    reference: count === 1 ? bench.reference("image download MiB/s") : undefined,
  });
  const memory = Math.max(uploaded.memory, downloaded.memory);
  const flat = { what: "memory that images take on their way", unit: "MiB", more: false } as const;
  bench.row({ ...flat, at, value: memory, aim: { against: "value", of: 64 + 16 * count } });
  if (count === 1) {
    const copied = await each(async () => cp(file, join(dir, "copy")));
    const { aim: _, ...plain } = figure;
    bench.row({ ...plain, what: "cp and sync, for comparison", value: copied.rate });
  }
}

interface Measured {
  readonly rate: number;
  readonly memory: number;
}
type Four<T> = readonly [T, T, T, T];

/** In turns, so that what else the machine does hits all alike: the best rate and the most memory of each. */
async function best(rounds: number, works: Four<() => Promise<Measured>>): Promise<Four<Measured>> {
  const all: Measured[][] = works.map(() => []);
  for (let round = 0; round < rounds; round += 1) for (const [n, work] of works.entries()) all[n]!.push(await work());
  const most = (some: readonly Measured[]): Measured => ({
    rate: Math.max(...some.map(({ rate }) => rate)),
    memory: Math.max(...some.map(({ memory }) => memory)),
  });
  return all.map(most) as unknown as Four<Measured>;
}

async function make(url: string): Promise<string> {
  const body = { name: "gib", disk_format: "raw", container_format: "bare" };
  return (await request(url, "POST", "/image/v2/images", { token: "bench", body })).body.id;
}

/** By how much this process, which is the cloud, grew at most, in MiB. */
export function watchMemory() {
  const rss = () => process.memoryUsage.rss() / 2 ** 20;
  const first = rss();
  let most = first;
  const timer = setInterval(() => {
    most = Math.max(most, rss());
  }, 50);
  return {
    stop() {
      clearInterval(timer);
      return Math.max(0, Math.max(most, rss()) - first);
    },
  };
}

export async function onBare<T>(listener: RequestListener, work: (url: string) => Promise<T>): Promise<T> {
  const server = createServer(listener);
  await new Promise<void>((then) => server.listen(0, "127.0.0.1", then));
  try {
    return await work(`http://127.0.0.1:${(server.address() as AddressInfo).port}/`);
  } finally {
    server.close();
  }
}

/** What one would write who keeps bytes, hashes them and has heard of nothing else. */
export function hashing(dir: string, names: readonly string[] = ["md5", "sha512"]): RequestListener {
  let n = 0;
  return async (incoming, answer) => {
    n += 1;
    const path = join(dir, `bare-${n}`);
    const hashes = names.map((name) => createHash(name));
    const watched = async function* (source: AsyncIterable<Buffer>) {
      for await (const chunk of source) {
        for (const one of hashes) one.update(chunk);
        yield chunk;
      }
    };
    await pipeline(incoming, watched, createWriteStream(path, { flush: true }));
    await rm(path);
    answer.end();
  };
}

export function sending(file: string): RequestListener {
  return (_, answer) => {
    answer.setHeader("content-length", mebibytes * 2 ** 20);
    createReadStream(file).pipe(answer);
  };
}

function cp(from: string, to: string): void {
  execFileSync("cp", [from, to]);
  execFileSync("sync", [to]);
  execFileSync("rm", [to]);
}

/** In a process of its own, so that this one's loop is the cloud's. */
export async function curl(words: readonly string[]): Promise<void> {
  const all = ["-sS", "-f", "-o", "/dev/null", "-H", "Expect:", "-H", "x-auth-token: bench", ...words];
  const child = spawn("curl", all, { stdio: ["ignore", "ignore", "inherit"] });
  const code = await new Promise((then, fail) => child.once("error", fail).once("exit", then));
  if (code !== 0) throw new Error(`curl ended with ${code}`);
}
