import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { readFile, rm } from "node:fs/promises";
import { join } from "node:path";
import { setTimeout as pause } from "node:timers/promises";
import { fileURLToPath } from "node:url";
import { nodeEnvironment, nodeOptions } from "../bin/node.mjs";

// biome-ignore lint/suspicious/noExplicitAny: answers of any API
type Body = any;

export interface Ask {
  readonly token?: string;
  readonly body?: unknown;
  readonly headers?: Readonly<Record<string, string>>;
}
/** A cloud in a process of its own, as a user starts it. */
export interface Cloud {
  readonly url: string;
  readonly pid: number;
  readonly dir: string;
  /** Seconds from the start of the process to the first 200 of /readyz. */
  readonly readyAfter: number;
  /** When the process was started, by performance.now(). */
  readonly began: number;
  call(method: string, path: string, ask?: Ask): Promise<Body>;
  login(name: "admin" | "demo"): Promise<Login>;
  stop(): Promise<void>;
}
export interface Login {
  readonly token: string;
  readonly projectId: string;
  /** The request that it was made with. */
  readonly body: object;
}
export interface Start {
  readonly dir: string;
  readonly port: number;
  readonly args?: readonly string[];
  readonly env?: Readonly<Record<string, string>>;
}

const root = fileURLToPath(new URL("..", import.meta.url));
export const node = process.execPath;

export async function startCloud({ dir, port, args = [], env = {} }: Start): Promise<Cloud> {
  const url = `http://127.0.0.1:${port}`;
  if (await answers(url)) throw new Error(`something answers on ${url} already`);
  const began = performance.now();
  const words = [...nodeOptions, join(root, "src/main.ts"), "up", "--state", dir, "--port", String(port), ...args];
  const own = nodeEnvironment({ ...process.env, ...env });
  const child = spawn(node, words, { stdio: ["ignore", "pipe", "pipe"], env: own });
  let said = "";
  for (const stream of [child.stdout, child.stderr])
    stream.setEncoding("utf8").on("data", (text: string) => {
      said = `${said}${text}`.slice(-4000);
    });
  await ready(url, child, () => said);
  const readyAfter = (performance.now() - began) / 1000;
  const call: Cloud["call"] = async (method, path, ask) => (await request(url, method, path, ask)).body;
  return {
    url,
    pid: child.pid!,
    dir,
    readyAfter,
    began,
    call,
    login: (name) => login(url, dir, name, () => alive(child, said)),
    stop: () => stop(child),
  };
}

function alive({ exitCode }: ChildProcess, said: string): void {
  if (exitCode !== null) throw new Error(`the cloud did not start:\n${said}`);
}

async function ready(url: string, child: ChildProcess, said: () => string): Promise<void> {
  for (;;) {
    alive(child, said());
    if (await answers(url)) return;
    await pause(5);
  }
}

async function answers(url: string): Promise<boolean> {
  const answer = await fetch(`${url}/readyz`).catch(() => undefined);
  await answer?.arrayBuffer();
  return answer?.ok ?? false;
}

async function stop(child: ChildProcess): Promise<void> {
  if (child.exitCode !== null) return;
  const gone = once(child, "exit");
  child.kill("SIGINT");
  await gone;
}

export async function request(url: string, method: string, path: string, { token, body, headers }: Ask = {}) {
  const answer = await fetch(path.startsWith("http") ? path : url + path, {
    method,
    headers: {
      ...(token && { "x-auth-token": token }),
      ...(body !== undefined && { "content-type": "application/json" }),
      ...headers,
    },
    ...(body !== undefined && { body: JSON.stringify(body) }),
  });
  const text = await answer.text();
  if (answer.status >= 400) throw new Error(`${method} ${path} was answered ${answer.status}: ${text.slice(0, 300)}`);
  return { headers: answer.headers, body: (text ? JSON.parse(text) : undefined) as Body };
}

/** Logs in as soon as the first start has written its credentials. */
async function login(url: string, dir: string, name: string, check: () => void): Promise<Login> {
  const file = join(dir, name === "demo" ? "openrc-demo" : "openrc");
  let openrc: string | undefined;
  while (!openrc) {
    check();
    openrc = await readFile(file, "utf8").catch(() => pause(5, undefined));
  }
  const password = /OS_PASSWORD='([^']+)'/.exec(openrc)?.[1] ?? "";
  const domain = { id: "default" };
  const user = { name, domain, password };
  const body = {
    auth: { identity: { methods: ["password"], password: { user } }, scope: { project: { name, domain } } },
  };
  const made = await request(url, "POST", "/identity/v3/auth/tokens", { body });
  return { token: made.headers.get("x-subject-token")!, projectId: made.body.token.project.id, body };
}

/** Asks again until it is so. */
export async function until(what: string, look: () => Promise<boolean>, within = 300_000, every = 5): Promise<void> {
  const end = performance.now() + within;
  while (!(await look())) {
    if (performance.now() > end) throw new Error(`${what} within ${within / 1000} s`);
    await pause(every);
  }
}

export function discard(dir: string): Promise<void> {
  return rm(dir, { recursive: true, force: true });
}
