import { connect, type Socket } from "node:net";
import type { Log } from "#platform/log/log.ts";
import { Unavailable } from "#platform/service/driver.ts";
import { jsonFrames } from "./framing.ts";

export interface ConnectionOptions {
  readonly path: string;
  readonly log: Log;
  /** Runs after every connect, before anything else is sent; the connection counts as open once it has resolved. */
  opened(call: Call): Promise<void>;
  told(method: string, params: readonly unknown[]): void;
  lost(): void;
}
export type Call = (method: string, params: readonly unknown[]) => Promise<unknown>;
export interface Connection {
  readonly call: Call;
  close(): void;
}
interface Message {
  readonly id: number | string | null;
  readonly method?: string;
  readonly params?: readonly unknown[];
  readonly result?: unknown;
  readonly error?: unknown;
}
interface Asked {
  resolve(result: unknown): void;
  reject(error: Error): void;
}

const [firstPause, longestPause, answerWithin] = [50, 2_000, 15_000];

/** A JSON-RPC connection to an OVSDB server's unix socket that comes back by itself when it is lost. */
export function keepConnection(options: ConnectionOptions): Connection {
  let socket: Socket | undefined;
  let retry: NodeJS.Timeout | undefined;
  let pause = firstPause;
  let closed = false;
  let lastId = 0;
  const asked = new Map<number, Asked>();
  open();
  return { call, close };

  function call(method: string, params: readonly unknown[]): Promise<unknown> {
    const { promise, resolve, reject } = Promise.withResolvers<unknown>();
    if (!socket) return Promise.reject(new Unavailable(`No connection to ${options.path}`));
    const id = ++lastId;
    asked.set(id, { resolve, reject });
    socket.write(JSON.stringify({ id, method, params }));
    return promise;
  }

  function open() {
    const next = connect(options.path);
    const text = { of: "" };
    next.setTimeout(answerWithin, () => asked.size > 0 && next.destroy(new Error("no answer in time")));
    const frames = jsonFrames(hear);
    next.on("data", (chunk) => {
      try {
        frames(chunk);
      } catch (error) {
        next.destroy(error as Error);
      }
    });
    next.on("error", (error) => {
      text.of = error.message;
    });
    next.on("connect", () => {
      socket = next;
      options.opened(call).then(
        () => {
          pause = firstPause;
        },
        (error) => next.destroy(error),
      );
    });
    next.on("close", () => gone(text.of));
  }

  function hear(text: string) {
    const { id, method, params, result, error } = JSON.parse(text) as Message;
    if (method === "echo") socket?.write(JSON.stringify({ id, result: params, error: null }));
    else if (method) options.told(method, params ?? []);
    else settle(id as number, result, error);
  }

  function settle(id: number, result: unknown, error: unknown) {
    const question = asked.get(id);
    asked.delete(id);
    if (error) question?.reject(new Error(typeof error === "string" ? error : JSON.stringify(error)));
    else question?.resolve(result);
  }

  function gone(why: string) {
    if (socket) options.lost();
    socket = undefined;
    for (const question of asked.values()) question.reject(new Unavailable(`Lost the connection to ${options.path}`));
    asked.clear();
    if (closed) return;
    options.log.debug({ path: options.path, why }, "no connection to the database of the network");
    retry = setTimeout(open, pause);
    pause = Math.min(pause * 2, longestPause);
  }

  function close() {
    closed = true;
    clearTimeout(retry);
    socket?.destroy();
  }
}
