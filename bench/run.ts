import { execFileSync } from "node:child_process";
import { mkdirSync, writeFileSync } from "node:fs";
import { cpus, totalmem } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { parseArgs } from "node:util";
import type { Bench, Part } from "./bench.ts";
import { cpuModel, load } from "./machine.ts";
import { writePage } from "./page.ts";
import { measured, recorded } from "./reference.ts";
import { isMet, line, type Result, type Row } from "./rows.ts";

const parts: Readonly<Record<string, () => Promise<Part>>> = {
  start: async () => (await import("./parts/start.ts")).start,
  idle: async () => (await import("./parts/idle.ts")).idle,
  rates: async () => (await import("./parts/rates.ts")).rates,
  cost: async () => (await import("./parts/cost.ts")).cost,
  identity: async () => (await import("./parts/identity.ts")).identity,
  images: async () => (await import("./parts/images.ts")).images,
  registry: async () => (await import("./parts/registry.ts")).registry,
  sagas: async () => (await import("./parts/sagas.ts")).sagas,
  directory: async () => (await import("./parts/directory.ts")).directory,
  guest: async () => (await import("./parts/guest.ts")).guest,
};
const usage = `npm run bench -- [--only ${Object.keys(parts).join(",")}] [--seconds 6] [--peer FOLDER] [--dry]
  --seconds  how long each cell of the rates is under load
  --peer     a folder with openstack-zed.sh and openstack-zed-bench.py: sets the reference up, runs it and takes it down first
             (root; the first time takes half an hour), instead of using what was recorded
  --dry      prints, and keeps nothing in bench/results`;

const { values } = parseArgs({
  options: {
    only: { type: "string" },
    seconds: { type: "string", default: "6" },
    peer: { type: "string" },
    dry: { type: "boolean", default: false },
    help: { type: "boolean", default: false },
  },
});
if (values.help) console.log(usage);
else await main();
process.exit();

async function main(): Promise<void> {
  const chosen = values.only?.split(",") ?? Object.keys(parts);
  const before = load();
  const dir = `/tmp/crunch-bench-${process.pid}`;
  mkdirSync(dir, { recursive: true, mode: 0o711 });
  const rows: Row[] = [];
  const reference = values.peer ? measured(values.peer) : recorded();
  const about = circumstances();
  for (const name of chosen) {
    const open = parts[name];
    if (!open) throw new Error(`there is no part ${name}\n${usage}`);
    console.log(`\n${name}`);
    const row: Bench["row"] = (it) => {
      rows.push({ part: name, ...it });
      console.log(line(rows.at(-1)!));
    };
    const say = (text: string) => console.log(`  ${text}`);
    const part = await open();
    await part({ seconds: Number(values.seconds), dir, row, say, reference }).catch((why: Error) => {
      process.exitCode = 1;
      console.log(`! ${name} broke off: ${why.message}`);
    });
    if (!values.dry) keep({ ...about, load: { before, after: load() }, rows });
  }
  execFileSync("rm", ["-rf", dir]);
  summary(rows);
}

function summary(rows: readonly Row[]): void {
  const judged = rows.map(isMet).filter((it) => it !== undefined);
  console.log(
    `\n${judged.filter(Boolean).length} of ${judged.length} aims are met. bench/results/index.html shows them.`,
  );
}

function circumstances() {
  const commit = execFileSync("git", ["rev-parse", "--short", "HEAD"], { encoding: "utf8" }).trim();
  const machine = `${cpus().length} x ${cpuModel()}, ${Math.round(totalmem() / 2 ** 30)} GiB`;
  return { at: new Date().toISOString(), commit, machine };
}

function keep(result: Result): void {
  const folder = fileURLToPath(new URL("./results/", import.meta.url));
  mkdirSync(folder, { recursive: true });
  const name = `${result.at.slice(0, 16).replace(":", "")}.json`;
  writeFileSync(join(folder, name), `${JSON.stringify(result, null, 1)}\n`);
  writePage(folder);
}
