import { connect } from "node:net";
import type { Readable, Writable } from "node:stream";
import { Unavailable } from "#platform/service/driver.ts";

export interface QmpEvent {
  readonly event: string;
  readonly data?: Readonly<Record<string, unknown>>;
}
/** QEMU's own no. */
export class QmpError extends Error {
  override readonly name = "QmpError";
}
export interface Qmp {
  execute<T = unknown>(command: string, args?: object): Promise<T>;
  /** Returns how to stop listening. */
  hear(listen: (event: QmpEvent) => void): () => void;
  readonly closed: Promise<void>;
  close(): void;
}
interface Message {
  readonly QMP?: object;
  readonly event?: string;
  readonly data?: Record<string, unknown>;
  readonly id?: number;
  readonly return?: unknown;
  readonly error?: { readonly class: string; readonly desc: string };
}
interface Waiting {
  resolve(value: unknown): void;
  reject(why: Error): void;
}

const longestMessage = 16 * 2 ** 20;
const longestWait = 30_000;

/** A monitor of QEMU by its unix socket, greeted and ready for commands. */
export function connectQmp(path: string): Promise<Qmp> {
  const socket = connect(path);
  return openQmp(socket, socket);
}

/** The same over any pair of streams. */
export async function openQmp(input: Readable, output: Writable): Promise<Qmp> {
  const waiting = new Map<number, Waiting>();
  const listeners = new Set<(event: QmpEvent) => void>();
  const { closed, fail } = closing(input, output, waiting);
  let lastId = 0;
  const ask = (id: number, send: () => void) =>
    new Promise<unknown>((resolve, reject) => {
      const timer = setTimeout(() => fail(new Unavailable("QEMU does not answer.")), longestWait);
      const end = (then: () => void) => {
        clearTimeout(timer);
        waiting.delete(id);
        then();
      };
      waiting.set(id, { resolve: (value) => end(() => resolve(value)), reject: (why) => end(() => reject(why)) });
      send();
    });
  const execute = <T>(command: string, args: object = {}) => {
    const id = ++lastId;
    const send = () => void output.write(`${JSON.stringify({ execute: command, arguments: args, id })}\n`);
    return (input.destroyed ? Promise.reject(new Unavailable("QEMU has gone.")) : ask(id, send)) as Promise<T>;
  };
  const greeted = ask(greeting, () => undefined);
  readLines(input, fail, (line) => take(JSON.parse(line), waiting, listeners));
  await greeted;
  await execute("qmp_capabilities");
  return { execute, closed, hear: listenIn(listeners), close: () => fail(new Unavailable("QEMU was let go of.")) };
}

/** The greeting answers to no command: it has the number that none has. */
const greeting = 0;

function closing(input: Readable, output: Writable, waiting: Map<number, Waiting>) {
  const { promise: closed, resolve } = Promise.withResolvers<void>();
  const fail = (why: Error) => {
    input.destroy();
    output.destroy();
    for (const it of [...waiting.values()]) it.reject(why);
    resolve();
  };
  const gone = (why?: Error) => fail(new Unavailable(`QEMU has gone${why ? `: ${why.message}` : ""}.`));
  for (const stream of new Set([input, output])) stream.on("error", gone);
  input.on("end", () => gone()).on("close", () => gone());
  return { closed, fail };
}

function readLines(input: Readable, fail: (why: Error) => void, read: (line: string) => void) {
  let rest = "";
  input.setEncoding("utf8").on("data", (text: string) => {
    const lines = (rest + text).split("\n");
    rest = lines.pop() ?? "";
    if (rest.length > longestMessage) return fail(new Unavailable("QEMU says too much."));
    try {
      for (const line of lines) if (line.trim()) read(line);
    } catch {
      fail(new Unavailable("QEMU says what is not JSON."));
    }
  });
}

function take(message: Message, waiting: Map<number, Waiting>, listeners: Set<(event: QmpEvent) => void>) {
  if (message.event) for (const listen of [...listeners]) listen({ event: message.event, data: message.data });
  const asked = waiting.get(message.QMP ? greeting : (message.id ?? -1));
  if (message.error) asked?.reject(new QmpError(message.error.desc));
  else asked?.resolve(message.return);
}

function listenIn(listeners: Set<(event: QmpEvent) => void>): Qmp["hear"] {
  return (listen) => {
    listeners.add(listen);
    return () => listeners.delete(listen);
  };
}
