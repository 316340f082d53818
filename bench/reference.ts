import { spawnSync } from "node:child_process";
import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import type { Bench } from "./bench.ts";

type Figures = Record<string, number | Record<string, number>>;

/** The figures that were recorded once. */
export function recorded(): Bench["reference"] {
  const { from, ...figures } = JSON.parse(readFileSync(new URL("./peers.json", import.meta.url), "utf8")) as Figures & {
    from: string;
  };
  return lookUp(figures, `${from}, recorded`);
}

/** How the reference's own bench names what is measured here. */
const names: Readonly<Record<string, string>> = {
  "POST /v3/auth/tokens (password)": "token issue",
  "GET /v3/auth/tokens (validate)": "token validate",
  "GET /servers/detail (100 servers)": "server list of 100",
  "GET /servers/detail (1000 servers)": "server list of 1000",
  "GET /servers/{id} (100 servers)": "server show",
  "POST /v2.0/ports": "port create",
};
interface Record1 {
  readonly test: string;
  readonly conns?: number;
  readonly rps?: number;
  readonly accept_s?: number;
  readonly all_active_s?: number;
  readonly apis_answer_s?: number;
  readonly first_server_s?: number;
  readonly MiB_s?: number;
  readonly failed?: string;
}

const groups = ["coldstart", "keystone", "boot", "detail100", "writes", "glance"];

/**
 * Runs the reference now, with the scripts of a folder: sets it up where it is not, measures it, and takes it down again, so that
 * it does not share the machine with what is measured next. What the scripts do not measure is as it was recorded.
 */
export function measured(folder: string): Bench["reference"] {
  const [setUp, bench] = ["openstack-zed.sh", "openstack-zed-bench.py"].map((name) => join(folder, name));
  for (const file of [setUp!, bench!]) if (!existsSync(file)) throw new Error(`--peer: there is no ${file}`);
  tell("bash", [setUp!, "up"]);
  const figures: Figures = {};
  try {
    for (const text of run("python3", [bench!, ...groups]).split("\n")) takeLine(figures, text);
  } finally {
    tell("bash", [setUp!, "down"]);
  }
  const [now, known] = [lookUp(figures, "OpenStack Zed on this machine, in this run"), recorded()];
  return (what, at) => now(what, at) ?? known(what, at);
}

/** All that it says is shown. (Daemons that it starts may keep what it writes to, so that no end of it is waited for.) */
function tell(command: string, words: readonly string[]): void {
  checked(spawnSync(command, [...words], { stdio: ["ignore", 2, 2] }), words);
}

/** What it says on standard output. */
function run(command: string, words: readonly string[]): string {
  const done = spawnSync(command, [...words], {
    encoding: "utf8",
    stdio: ["ignore", "pipe", "inherit"],
    maxBuffer: 1 << 26,
  });
  checked(done, words);
  return done.stdout;
}

function checked({ status, error }: { status: number | null; error?: Error }, words: readonly string[]): void {
  if (error || status !== 0) throw new Error(`--peer: ${words.join(" ")} ended with ${error?.message ?? status}`);
}

/** A figure as JSON, or a line of the table of daemons' memory (processes, threads, RSS, PSS). */
function takeLine(into: Figures, text: string): void {
  if (text.startsWith("{")) take(into, JSON.parse(text) as Record1);
  const pss = /^TOTAL(?:\s+[\d.]+){3}\s+([\d.]+)/.exec(text)?.[1];
  if (pss) into.memory_MiB = Number(pss);
}

function take(into: Figures, it: Record1): void {
  if (it.failed) console.log(`! the reference's ${it.test} failed: ${it.failed}`);
  const put = (name: string, value: number | undefined, at?: number) => {
    if (value === undefined) return;
    if (at === undefined) into[name] = value;
    else into[name] = { ...(into[name] as Record<string, number>), [at]: value };
  };
  const name = names[it.test];
  if (name) put(name, it.rps, it.conns);
  if (it.test.startsWith("POST /servers x")) put("server create", it.rps, it.conns);
  if (it.test === "POST /servers x100") put("servers_100_active_s", it.all_active_s);
  if (it.test === "cold start to first server") {
    put("ready_s", it.apis_answer_s);
    put("first_server_s", it.first_server_s);
  }
  if (it.test === "glance upload 1 GiB") put("image upload MiB/s", it.MiB_s);
  if (it.test === "glance download 1 GiB") put("image download MiB/s", it.MiB_s);
}

function lookUp(figures: Figures, from: string): Bench["reference"] {
  return (what, at) => {
    const found = figures[what];
    const value = typeof found === "object" ? found[String(at)] : found;
    return value === undefined ? undefined : { value, from };
  };
}
