import { readFile } from "node:fs/promises";
import { join } from "node:path";
import type { Loose } from "#platform/service/loose.ts";
import { untilAgain as until } from "../until.ts";
import type { Program } from "./programs.ts";

export interface Answer {
  readonly status: number;
  readonly body: Loose;
  readonly text: string;
  /** A login's. */
  readonly token?: string | null;
}
export interface Counts {
  requests: number;
  retries: number;
  /** Answers that no retry has healed, or that no client should ever get. */
  readonly unhealed: string[];
}
interface Asking {
  /** After a broken connection: what the request was to bring about, if it has. */
  readonly done?: () => Promise<Answer | undefined>;
  /** Statuses that are no failure. */
  readonly fine?: readonly number[];
}
export type Client = ReturnType<typeof openClient>;

const patience = 120_000;

/** A client of both programs, who tries again what an ordinary client does: a refused or broken connection, a 503, a 409. */
export function openClient(programs: readonly Program[], chance: () => number, counts: Counts) {
  let token = "";

  function pick(): Program {
    const awake = programs.filter((it) => it.isAwake());
    const all = awake.length > 0 && chance() < 0.9 ? awake : programs;
    return all[Math.floor(chance() * all.length)]!;
  }

  async function login() {
    const secrets = JSON.parse(await readFile(join(programs[0]!.state, "secrets.json"), "utf8"));
    const user = { name: "demo", domain: { name: "Default" }, password: secrets.demoPassword };
    const scope = { project: { name: "demo", domain: { name: "Default" } } };
    const auth = { identity: { methods: ["password"], password: { user } }, scope };
    token = (await call("POST", "/identity/v3/auth/tokens", { auth })).token ?? "";
  }

  async function once(method: string, path: string, body?: object): Promise<Answer> {
    counts.requests += 1;
    const bytes = Buffer.isBuffer(body) ? new Uint8Array(body) : undefined;
    const headers = {
      ...(token && { "x-auth-token": token }),
      ...(body && { "content-type": bytes ? "application/octet-stream" : "application/json" }),
      ...(path.startsWith("/compute") && { "openstack-api-version": "compute 2.79" }),
      ...(path.startsWith("/volume") && { "openstack-api-version": "volume 3.59" }),
    };
    try {
      const answer = await fetch(`${pick().url}${path}`, {
        method,
        headers,
        body: bytes ?? (body && JSON.stringify(body)),
      });
      const text = await answer.text();
      const token = answer.headers.get("x-subject-token");
      return { status: answer.status, text, body: text.startsWith("{") ? JSON.parse(text) : undefined, token };
    } catch (why) {
      return { status: 0, body: undefined, text: String((why as Error).cause ?? why) };
    }
  }

  async function call(method: string, path: string, body?: object, asking: Asking = {}): Promise<Answer> {
    const end = Date.now() + patience;
    for (let turn = 1; ; turn += 1) {
      const answer = await once(method, path, body);
      const { status, text } = answer;
      if (status !== 0 && (status < 400 || asking.fine?.includes(status))) return answer;
      if (![0, 409, 503].includes(status) || Date.now() > end) {
        counts.unhealed.push(`${method} ${path}: ${status} ${text.slice(0, 300)}`);
        throw new Error(`${method} ${path} was answered ${status}: ${text.slice(0, 300)}`);
      }
      counts.retries += 1;
      await new Promise((then) => setTimeout(then, Math.min(50 * turn, 1000)));
      const done = status === 0 && asking.done ? await asking.done() : undefined;
      if (done) return done;
    }
  }

  const get = (path: string) => call("GET", path);

  /** Asks for a thing of a name that no other has, so that it is found again when the answer is lost. Images have no key. */
  async function make(path: string, key: string, body: { name: string }): Promise<string> {
    const done = async () => {
      const { body: found } = await get(`${path}?name=${body.name}`);
      const all = found[`${key || "image"}s`] as { id: string; name: string }[];
      const it = all.find(({ name }) => name === body.name);
      return it && { status: 200, text: "", body: key ? { [key]: it } : it };
    };
    const { body: made } = await call("POST", path, key ? { [key]: body } : body, { done });
    return (key ? made[key] : made).id as string;
  }

  async function drop(path: string) {
    await call("DELETE", path, undefined, { fine: [404] });
  }

  async function gone(path: string) {
    const look = () => call("GET", path, undefined, { fine: [404] });
    await until(`${path} is gone`, 240, look, ({ status }) => status === 404);
  }

  async function is(path: string, key: string, status: string) {
    const look = async () => {
      const { body } = await get(path);
      return key ? body[key] : body;
    };
    const settled = (it: { status: string; fault?: object }) => it.status === status || /error/i.test(it.status);
    const it = await until(`${path} is ${status}`, 240, look, settled);
    if (it.status !== status) throw new Error(`${path} is ${it.status}: ${JSON.stringify(it.fault)}`);
  }

  return { call, get, make, drop, gone, is, login };
}
