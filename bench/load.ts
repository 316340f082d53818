import { execFile, spawnSync } from "node:child_process";
import { writeFileSync } from "node:fs";
import { Agent, request as ask } from "node:http";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";
import { isMainThread, parentPort, Worker, workerData } from "node:worker_threads";

export interface Shot {
  readonly url: string;
  readonly method?: string;
  readonly headers?: Readonly<Record<string, string>>;
  readonly body?: string;
}
export interface Loaded {
  readonly requests: number;
  readonly perSecond: number;
  /** Milliseconds. */
  readonly p50: number;
  readonly p99: number;
  /** Answers that were refusals. */
  readonly refused: number;
}

const run = promisify(execFile);
const hasWrk = spawnSync("wrk", ["-v"]).error === undefined;

/** Asks the same again and again over some connections: with wrk where it is installed, else from a thread of this program. */
export function fire(shot: Shot, connections: number, seconds: number): Promise<Loaded> {
  return hasWrk ? withWrk(shot, connections, seconds) : withThread(shot, connections, seconds);
}

async function withWrk({ url, method = "GET", headers = {}, body }: Shot, connections: number, seconds: number) {
  const script = join(tmpdir(), `crunch-bench-${process.pid}.lua`);
  const quoted = (text: string) => JSON.stringify(text);
  const sets = Object.entries(headers).map(([k, v]) => `wrk.headers[${quoted(k)}] = ${quoted(v)}`);
  const body1 =
    body === undefined ? [] : [`wrk.body = ${quoted(body)}`, 'wrk.headers["Content-Type"] = "application/json"'];
  writeFileSync(script, [`wrk.method = ${quoted(method)}`, ...sets, ...body1].join("\n"));
  const words = ["-t1", `-c${connections}`, `-d${seconds}s`, "--timeout", "60s", "--latency", "-s", script, url];
  const { stdout } = await run("wrk", words);
  const found = (pattern: RegExp) => pattern.exec(stdout)?.[1] ?? "0";
  return {
    requests: Number(found(/(\d+) requests in/)),
    perSecond: Number(found(/Requests\/sec:\s+([\d.]+)/)),
    p50: milliseconds(found(/50%\s+(\S+)/)),
    p99: milliseconds(found(/99%\s+(\S+)/)),
    refused: Number(found(/Non-2xx or 3xx responses: (\d+)/)),
  };
}

function milliseconds(text: string): number {
  const [, amount = "0", unit = "ms"] = /^([\d.]+)(us|ms|s|m)$/.exec(text) ?? [];
  return Number(amount) * { us: 0.001, ms: 1, s: 1000, m: 60_000 }[unit as "us" | "ms" | "s" | "m"];
}

async function withThread(shot: Shot, connections: number, seconds: number): Promise<Loaded> {
  const worker = new Worker(fileURLToPath(import.meta.url), { workerData: { shot, connections, seconds } });
  return new Promise((then, fail) => void worker.once("message", then).once("error", fail));
}

async function thread(shot: Shot, connections: number, seconds: number): Promise<Loaded> {
  const agent = new Agent({ keepAlive: true, maxSockets: connections });
  const took: number[] = [];
  let refused = 0;
  const began = performance.now();
  const end = began + seconds * 1000;
  const one = async () => {
    while (performance.now() < end) {
      const sent = performance.now();
      const status = await once(shot, agent);
      took.push(performance.now() - sent);
      if (status >= 400) refused += 1;
    }
  };
  await Promise.all(Array.from({ length: connections }, one));
  agent.destroy();
  took.sort((a, b) => a - b);
  const at = (part: number) => took[Math.min(took.length - 1, Math.floor(took.length * part))] ?? 0;
  const perSecond = took.length / ((performance.now() - began) / 1000);
  return { requests: took.length, perSecond, p50: at(0.5), p99: at(0.99), refused };
}

function once({ url, method = "GET", headers, body }: Shot, agent: Agent): Promise<number> {
  return new Promise((then, fail) => {
    const type =
      body === undefined ? {} : { "content-type": "application/json", "content-length": Buffer.byteLength(body) };
    const it = ask(url, { method, agent, headers: { ...headers, ...type } }, (answer) => {
      answer.resume();
      answer.once("end", () => then(answer.statusCode ?? 0));
    });
    it.once("error", fail);
    it.end(body);
  });
}

if (!isMainThread && workerData?.shot) {
  const { shot, connections, seconds } = workerData as { shot: Shot; connections: number; seconds: number };
  parentPort?.postMessage(await thread(shot, connections, seconds));
}
