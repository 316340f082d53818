import { execFileSync } from "node:child_process";
import { createHash } from "node:crypto";
import { createReadStream, createWriteStream } from "node:fs";
import { mkdir } from "node:fs/promises";
import { join } from "node:path";
import { pipeline } from "node:stream/promises";
import { simulatedDrivers } from "#cloud";
import { fileImages } from "#drivers/image/stores/driver.ts";
import type { Bench } from "../bench.ts";
import { discard, request } from "../cloud.ts";
import { openInside } from "../inside.ts";

const mebibytes = 1024;

/** One GiB into the cloud and out of it, as files, beside `cp` and beside a stream that hashes the same. */
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
    await measure(bench, url, dir, file);
  } finally {
    await stop();
    await discard(dir);
  }
}

async function measure(bench: Bench, url: string, dir: string, file: string): Promise<void> {
  const body = { name: "gib", disk_format: "raw", container_format: "bare" };
  const { id } = (await request(url, "POST", "/image/v2/images", { token: "bench", body })).body;
  const at = `${url}/image/v2/images/${id}/file`;
  const copied = await rate(() => cp(file, join(dir, "copy")));
  const hashed = await rate(() => hash(file, join(dir, "hashed")));
  const uploaded = await rate(() => curl(["-T", file, "-H", "content-type: application/octet-stream", at]));
  const downloaded = await rate(() => curl([at]));
  const plain = await rate(() => execFileSync("cat", [file], { stdio: ["ignore", "ignore", "inherit"] }));
  const figure = { at: "1 GiB", unit: "MiB/s", more: true } as const;
  const beside = (what: string, value: number) => ({
    beside: { what, value },
    aim: { against: "beside", of: 3 } as const,
  });
  const upload = { ...figure, what: "image upload", value: uploaded, reference: bench.reference("image upload MiB/s") };
  bench.row({ ...upload, ...beside("a stream to a file that hashes the same", hashed) });
  bench.row({ ...upload, what: "image upload, beside cp and sync", beside: { what: "cp and sync", value: copied } });
  const download = { ...figure, what: "image download", value: downloaded };
  bench.row({ ...download, reference: bench.reference("image download MiB/s"), ...beside("cat", plain) });
}

async function rate(work: () => unknown): Promise<number> {
  const began = performance.now();
  await work();
  return mebibytes / ((performance.now() - began) / 1000);
}

function cp(from: string, to: string): void {
  execFileSync("cp", [from, to]);
  execFileSync("sync", [to]);
}

async function hash(from: string, to: string): Promise<void> {
  const hashes = [createHash("md5"), createHash("sha512")];
  const bytes = createReadStream(from, { highWaterMark: 1024 * 1024 });
  const watched = async function* (source: AsyncIterable<Buffer>) {
    for await (const chunk of source) {
      for (const one of hashes) one.update(chunk);
      yield chunk;
    }
  };
  await pipeline(bytes, watched, createWriteStream(to, { flush: true }));
}

/** In a process of its own, so that this one's loop is the cloud's. */
async function curl(words: readonly string[]): Promise<void> {
  const { spawn } = await import("node:child_process");
  const all = ["-sS", "-f", "-o", "/dev/null", "-H", "Expect:", "-H", "x-auth-token: bench", ...words];
  const child = spawn("curl", all, { stdio: ["ignore", "ignore", "inherit"] });
  const code = await new Promise((then, fail) => child.once("error", fail).once("exit", then));
  if (code !== 0) throw new Error(`curl ended with ${code}`);
}
