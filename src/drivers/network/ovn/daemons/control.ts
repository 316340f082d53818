import { readFile } from "node:fs/promises";
import { connect, type Socket } from "node:net";
import { jsonFrames } from "../ovsdb/framing.ts";

/** The number in a pid file whose process runs; undefined without either. */
export async function runningPid(pidfile: string): Promise<number | undefined> {
  const pid = Number.parseInt(await readFile(pidfile, "utf8").catch(() => ""), 10);
  return pid > 0 && (await isAlive(pid)) ? pid : undefined;
}

/** A process that has ended and that nobody has asked about yet is not alive. */
export async function isAlive(pid: number): Promise<boolean> {
  const state = await readFile(`/proc/${pid}/stat`, "utf8").catch(() => "");
  return state !== "" && !/\) [ZX] /.test(state);
}

/** An open line to a daemon's control socket. It closes when the daemon ends, and not before. */
export interface Control {
  ask(command: string, ...args: readonly string[]): Promise<string>;
  readonly ended: Promise<void>;
  release(): void;
}

export function openControl(path: string): Promise<Control> {
  const { promise, resolve, reject } = Promise.withResolvers<Control>();
  const socket = connect(path);
  const ended = new Promise<void>((end) => socket.once("close", () => end()));
  socket.on("error", reject);
  socket.once("connect", () => resolve({ ended, ask: asker(socket), release: () => socket.destroy() }));
  return promise;
}

interface Answer {
  readonly id: number;
  readonly result: string | null;
  readonly error: string | null;
}

function asker(socket: Socket): Control["ask"] {
  let lastId = 0;
  const waiting = new Map<number, (answer: Answer) => void>();
  const answer = (text: string) => {
    const said = JSON.parse(text) as Answer;
    waiting.get(said.id)?.(said);
    waiting.delete(said.id);
  };
  socket.on("data", jsonFrames(answer));
  return (method, ...params) => {
    const { promise, resolve, reject } = Promise.withResolvers<string>();
    const id = ++lastId;
    waiting.set(id, ({ error, result }) => (error ? reject(new Error(error)) : resolve(result ?? "")));
    socket.once("close", () => reject(new Error(`${method}: the daemon ended`)));
    socket.write(JSON.stringify({ id, method, params }));
    return promise;
  };
}
