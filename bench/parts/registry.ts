import { execFileSync } from "node:child_process";
import { mkdir } from "node:fs/promises";
import { join } from "node:path";
import { simulatedDrivers } from "#cloud";
import { fileRegistry } from "#drivers/container-registry/file/driver.ts";
import type { Bench } from "../bench.ts";
import { discard } from "../cloud.ts";
import { openInside } from "../inside.ts";
import { curl, hashing, mebibytes, onBare, sending, watchMemory } from "./images.ts";

const rounds = 3;

/** A blob of one GiB pushed in one piece and pulled again, beside a bare Node server that hashes and keeps, or sends, the same. */
export async function registry(bench: Bench): Promise<void> {
  const dir = join(bench.dir, "registry");
  await discard(dir);
  await mkdir(dir, { recursive: true, mode: 0o711 });
  const file = join(dir, "gib");
  execFileSync("dd", ["if=/dev/urandom", `of=${file}`, "bs=1M", `count=${mebibytes}`, "status=none"]);
  const digest = `sha256:${execFileSync("sha256sum", [file], { encoding: "utf8" }).split(" ")[0]}`;
  const own = simulatedDrivers({ hosts: 1 });
  const blobs = fileRegistry({ dir: join(dir, "store") });
  const drivers = { ...own, "container-registry": { ...own["container-registry"], ...blobs } };
  const { spine, stop } = await openInside({ dir, drivers });
  try {
    const url = await spine.door.listen({ host: "127.0.0.1", port: 17105 });
    await measure(bench, { root: `${url}/v2/bench/gib`, dir, file, digest });
  } finally {
    await stop();
    await discard(dir);
  }
}

interface Ground {
  readonly root: string;
  readonly dir: string;
  readonly file: string;
  readonly digest: string;
}

async function measure(bench: Bench, { root, dir, file, digest }: Ground): Promise<void> {
  const type = ["-H", "content-type: application/octet-stream"];
  const push = () => curl(["-X", "POST", "-T", file, ...type, `${root}/blobs/uploads?digest=${digest}`]);
  const blob = `${root}/blobs/${digest}`;
  const remove = () => curl(["-X", "DELETE", blob]);
  const best = { hashed: 0, pushed: 0, pulled: 0, sent: 0 };
  let memory = 0;
  const rate = async (of: keyof typeof best, work: () => Promise<void>) => {
    const [began, watched] = [performance.now(), watchMemory()];
    await work();
    const grew = watched.stop();
    if (of === "pushed" || of === "pulled") memory = Math.max(memory, grew);
    best[of] = Math.max(best[of], (mebibytes * 1000) / (performance.now() - began));
  };
  for (let round = 0; round < rounds; round += 1) {
    await onBare(hashing(dir, ["sha256"]), (bare) => rate("hashed", () => curl(["-T", file, bare])));
    await rate("pushed", push);
    await rate("pulled", () => curl([blob]));
    await remove();
    await onBare(sending(file), (bare) => rate("sent", () => curl([bare])));
  }
  const figure = { at: "1 GiB", unit: "MiB/s", more: true, aim: { against: "beside", of: 1.25 } } as const;
  const bare = "a bare Node server that";
  const [keeps, sends] = [`${bare} hashes and keeps the same`, `${bare} sends the same`];
  bench.row({ ...figure, what: "blob push", value: best.pushed, beside: { what: keeps, value: best.hashed } });
  bench.row({ ...figure, what: "blob pull", value: best.pulled, beside: { what: sends, value: best.sent } });
  const flat = { what: "memory that blobs take on their way", at: "1 GiB", unit: "MiB", more: false } as const;
  bench.row({ ...flat, value: memory, aim: { against: "value", of: 80 } });
}
