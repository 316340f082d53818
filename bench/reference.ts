import { spawnSync } from "node:child_process";
import { readFileSync } from "node:fs";
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
}

/** Runs the reference now, with the scripts of a folder; what they do not measure is as it was recorded. */
export function measured(folder: string): Bench["reference"] {
  const known = recorded();
  const groups = ["coldstart", "keystone", "boot", "detail100", "writes", "glance"];
  const { stdout } = spawnSync("python3", [join(folder, "openstack-zed-bench.py"), ...groups], {
    encoding: "utf8",
    stdio: ["ignore", "pipe", "inherit"],
    maxBuffer: 1 << 26,
  });
  const figures: Figures = {};
  for (const text of stdout.split("\n").filter((it) => it.startsWith("{"))) take(figures, JSON.parse(text) as Record1);
  const now = lookUp(figures, `${folder}, in this run`);
  return (what, at) => now(what, at) ?? known(what, at);
}

function take(into: Figures, it: Record1): void {
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
