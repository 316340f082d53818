import type { ChildProcess } from "node:child_process";
import { readFile, rm, writeFile } from "node:fs/promises";
import { join } from "node:path";
import type { Loose } from "#platform/service/loose.ts";
import { askControl } from "../../src/program/control.ts";
import { untilAgain as until } from "../until.ts";
import { type Place, spawnProgram } from "./place.ts";

export interface Answer {
  /** 0: the connection broke before there was one. */
  readonly status: number;
  readonly body: Loose;
  readonly text: string;
}
export interface Trace {
  readonly kind: string;
  readonly subject: string;
  readonly where: string;
}
/** A cloud on real parts that is killed and started again, and asked over its own port meanwhile. */
export type Cloud = ReturnType<typeof openCloud>;

/** Milliseconds that a start may take on a busy machine. */
const patience = 240_000;

export function openCloud(place: Place) {
  const { state, env, port } = place;
  const socket = join(state, "control.sock");
  const tokens = new Map<string, string>();
  /** Answers that no client should ever get. */
  const offences: string[] = [];
  let child: ChildProcess | undefined;
  let death: Promise<void> = Promise.resolve();
  let starts = 0;
  let lastWords = () => "";

  /** Resolves when it serves; throws with its last words when it ends instead. */
  async function start() {
    const mine = spawnProgram(place);
    let said = "";
    const isUp = new Promise<boolean>((resolve) => {
      for (const stream of [mine.stdout, mine.stderr])
        stream?.setEncoding("utf8").on("data", (text: string) => {
          said = `${said}${text}`.slice(-4000);
          if (said.includes("Crunch is up")) resolve(true);
        });
      mine
        .once("exit", () => resolve(false))
        .once("error", (why) => {
          said += why.message;
          resolve(false);
        });
      setTimeout(() => resolve(false), patience).unref();
    });
    child = mine;
    lastWords = () => said;
    death = new Promise((resolve) => mine.once("exit", () => resolve()).once("error", () => resolve()));
    if (!(await isUp)) throw new Error(`the program did not start:\n${said}`);
    starts += 1;
  }

  async function kill() {
    child?.kill("SIGKILL");
    await death;
  }

  async function stop() {
    child?.kill("SIGTERM");
    await death;
  }

  /** Whether the program dies by itself within so many seconds. */
  async function dies(seconds: number): Promise<boolean> {
    let timer: NodeJS.Timeout | undefined;
    const late = new Promise<false>((resolve) => {
      timer = setTimeout(() => resolve(false), seconds * 1000);
    });
    return Promise.race([death.then(() => true), late]).finally(() => clearTimeout(timer));
  }

  const arm = (border: string) => writeFile(env.CRUNCH_KILL_AT!, border);
  const disarm = () => rm(env.CRUNCH_KILL_AT!, { force: true });

  async function tokenOf(who: string): Promise<string> {
    const known = tokens.get(who);
    if (known) return known;
    const secrets = JSON.parse(await readFile(join(state, "secrets.json"), "utf8"));
    const user = { name: who, domain: { name: "Default" }, password: secrets[`${who}Password`] };
    const scope = { project: { name: who, domain: { name: "Default" } } };
    const answer = await fetch(`http://127.0.0.1:${port}/identity/v3/auth/tokens`, {
      method: "POST",
      headers: { "content-type": "application/json" },
      body: JSON.stringify({ auth: { identity: { methods: ["password"], password: { user } }, scope } }),
    });
    const token = answer.headers.get("x-subject-token");
    await answer.text();
    if (!token) throw new Error(`no token for ${who}: ${answer.status}`);
    tokens.set(who, token);
    return token;
  }

  async function call(method: string, path: string, body?: object, as = "demo"): Promise<Answer> {
    const bytes = Buffer.isBuffer(body);
    const headers = {
      "x-auth-token": await tokenOf(as).catch(() => ""),
      ...(body && { "content-type": bytes ? "application/octet-stream" : jsonOf(method, path) }),
      ...(path.startsWith("/compute") && { "openstack-api-version": "compute 2.79" }),
      ...(path.startsWith("/volume") && { "openstack-api-version": "volume 3.59" }),
    };
    if (headers["x-auth-token"] === "") return { status: 0, body: undefined, text: "no token" };
    const answer = await ask(`http://127.0.0.1:${port}${path}`, {
      method,
      headers,
      body: bytes ? new Uint8Array(body) : body && JSON.stringify(body),
      signal: AbortSignal.timeout(90_000),
    });
    if (answer.status >= 500 && answer.status !== 503)
      offences.push(`${method} ${path}: ${answer.status} ${answer.text}`);
    return answer;
  }

  /** Insists on success. */
  async function must(method: string, path: string, body?: object, as = "demo") {
    const { status, body: said, text } = await call(method, path, body, as);
    if (status === 0 || status >= 300) throw new Error(`${method} ${path} was answered ${status}: ${text}`);
    return said;
  }

  async function motion(): Promise<object[]> {
    const status = (await askControl(socket, "/status")) as { motion: object[] } | undefined;
    if (!status) throw new Error("the program does not run");
    return status.motion;
  }

  /** Waits until no saga is under way. */
  async function calm(seconds: number) {
    await until("nothing is in motion", seconds, motion, (it) => it.length === 0);
  }

  const leftovers = async () => ((await askControl(socket, "/leftovers")) ?? [{ kind: "silence" }]) as Trace[];

  /** Why the last operation on something ended as it did: what its operator reads. */
  async function lastWhy(subject: string): Promise<string> {
    const { ended } = (await askControl(socket, "/operations", { all: true, subject })) as {
      ended: { why: string | null }[];
    };
    return ended.find(({ why }) => why !== null)?.why ?? "";
  }

  async function clean(seconds = 30) {
    await until("nothing is left over", seconds, leftovers, (it) => it.length === 0);
  }

  return {
    ...{ place, offences, start, kill, stop, dies, arm, disarm, call, must, calm, clean, lastWhy, motion, leftovers },
    forget: () => tokens.clear(),
    lastWords: () => lastWords(),
    pid: () => child?.pid,
    starts: () => starts,
  };
}

function jsonOf(method: string, path: string): string {
  const isPatch = method === "PATCH" && path.startsWith("/image/");
  return isPatch ? "application/openstack-images-v2.1-json-patch" : "application/json";
}

async function ask(url: string, init: RequestInit): Promise<Answer> {
  try {
    const answer = await fetch(url, init);
    const text = await answer.text();
    return { status: answer.status, text, body: parsed(text) };
  } catch (why) {
    return { status: 0, body: undefined, text: String((why as Error).cause ?? why) };
  }
}

function parsed(text: string) {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
