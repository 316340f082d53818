import { hash } from "node:crypto";
import { availableParallelism } from "node:os";
import { Worker } from "node:worker_threads";
import type { Answer, Order } from "./hash.worker.ts";

/** The two hashes of one stream of bytes, reckoned outside of this thread. */
export interface Hashes {
  /** Resolves when both have read the piece, which lies in shared memory. */
  update(piece: Buffer): Promise<unknown>;
  end(): Promise<{ md5: string; sha512: string }>;
  drop(): void;
}
type Name = "md5" | "sha512";

/** Less than this is sooner reckoned here than handed over. */
const small = 256 * 1024;
let streams = 0;

/** A small piece is all that there is: pieces are full, but for the last. */
export function beginHashes(): Hashes {
  let here: Buffer = Buffer.alloc(0);
  let there: ReturnType<typeof onThreads> | undefined;
  return {
    async update(piece) {
      const isAll = !there && piece.length < small;
      if (isAll) here = piece;
      else there ??= onThreads();
      await there?.update(piece);
    },
    end: async () => there?.end() ?? { md5: hash("md5", here), sha512: hash("sha512", here) },
    drop: () => there?.drop(),
  };
}

function onThreads(): Hashes {
  const [md5, sha512] = [begin("md5"), begin("sha512")];
  return {
    update: (piece) => Promise.all([md5.ask({ piece }), sha512.ask({ piece })]),
    async end() {
      const [one, other] = await Promise.all([md5.ask({ end: true }), sha512.ask({ end: true })]);
      return { md5: one!, sha512: other! };
    },
    drop() {
      md5.ask({ drop: true }).catch(() => {});
      sha512.ask({ drop: true }).catch(() => {});
    },
  };
}

/** One hash on the thread that has the least to do. */
function begin(name: Name) {
  const thread = leastBusy();
  streams += 1;
  const stream = streams;
  thread.streams += 1;
  return {
    ask: (order: Order["order"]) => {
      if ("end" in order || "drop" in order) thread.streams -= 1;
      return thread.ask({ stream, name, order });
    },
  };
}

interface Thread {
  streams: number;
  ask(order: Order): Promise<string | undefined>;
}
const threads: Thread[] = [];
const most = Math.max(2, availableParallelism());

function leastBusy(): Thread {
  const idle = threads.find((it) => it.streams === 0);
  if (idle) return idle;
  if (threads.length < most) threads.push(newThread());
  return threads.reduce((a, b) => (b.streams < a.streams ? b : a));
}

/** A thread that keeps this program alive only while it is asked something. */
function newThread(): Thread {
  const worker = new Worker(new URL("./hash.worker.ts", import.meta.url));
  const waiting: { resolve(value: string | undefined): void; reject(why: Error): void }[] = [];
  const thread: Thread = {
    streams: 0,
    ask(order) {
      if (waiting.length === 0) worker.ref();
      worker.postMessage(order);
      return new Promise((resolve, reject) => waiting.push({ resolve, reject }));
    },
  };
  worker.on("message", (answer: Answer) => {
    waiting.shift()?.resolve(answer.digest);
    if (waiting.length === 0) worker.unref();
  });
  worker.on("error", (why: Error) => {
    threads.splice(threads.indexOf(thread), 1);
    for (const one of waiting.splice(0)) one.reject(why);
  });
  worker.unref();
  return thread;
}
