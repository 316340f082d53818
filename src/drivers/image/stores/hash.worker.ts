import { createHash, type Hash } from "node:crypto";
import { parentPort } from "node:worker_threads";

/** What the thread is asked, in the order of the stream; each is answered in turn. */
export interface Order {
  readonly stream: number;
  readonly name: "md5" | "sha512";
  readonly order: { readonly piece: Uint8Array } | { readonly end: true } | { readonly drop: true };
}
export interface Answer {
  readonly digest: string | undefined;
}

const hashes = new Map<number, Hash>();

parentPort?.on("message", ({ stream, name, order }: Order) => {
  const hash = hashes.get(stream) ?? createHash(name);
  if ("piece" in order) hash.update(order.piece);
  if ("piece" in order) hashes.set(stream, hash);
  else hashes.delete(stream);
  const answer: Answer = { digest: "end" in order ? hash.digest("hex") : undefined };
  parentPort!.postMessage(answer);
});
