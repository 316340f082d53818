import type { Writable } from "node:stream";
import type pg from "pg";

/** A statement gets a name when it is asked for this often; each connection then parses and plans it once. */
const often = 5;
/** Every name costs memory in every connection of the database. */
const most = 300;
/** Lists of many values are written as one array where they matter; others come in too many lengths to keep. */
const longest = 48;

const asked = new Map<string, number>();
const names = new Map<string, string>();
let epoch = 0;

type Query = (text: unknown, values?: unknown, then?: unknown) => unknown;

interface Connected {
  query: Query;
  readonly connection: { readonly stream: Writable };
}

/** Makes a connection prepare what it is asked again and again, and send in one piece what it is asked at one time. */
export function prepareWhatComesAgain(client: pg.PoolClient): void {
  const it = client as unknown as Connected;
  const query = it.query.bind(it);
  const together = gathering(it.connection.stream);
  it.query = (text, values, then) => {
    together();
    const name = typeof text === "string" && Array.isArray(values) ? nameOf(text, values.length) : undefined;
    if (name === undefined) return query(text, values, then);
    const answer = query({ name, text }, values, then);
    return answer instanceof Promise ? answer.catch((why) => again(client, why, () => query(text, values))) : answer;
  };
}

/** Holds what is written until nothing is left to do that does not wait for the outside. */
function gathering(stream: Writable): () => void {
  let held = false;
  const send = () => {
    held = false;
    stream.uncork();
  };
  return () => {
    if (held) return;
    held = true;
    stream.cork();
    queueMicrotask(() => process.nextTick(send));
  };
}

/** A plain read meets a table that was changed since it was prepared: it is asked anew. A transaction is over, and is all done anew. */
async function again(client: pg.PoolClient, why: unknown, ask: () => unknown): Promise<unknown> {
  if (client.getTransactionStatus() !== "I" || !isOutdated(why)) throw why;
  return ask();
}

function nameOf(text: string, values: number): string | undefined {
  const name = names.get(text);
  if (name !== undefined) return name;
  if (values > longest || names.size >= most || !/^\s*(select|with|insert|update|delete)\b/i.test(text))
    return undefined;
  const times = (asked.get(text) ?? 0) + 1;
  if (times < often) return void remember(text, times);
  asked.delete(text);
  const fresh = `s${epoch}_${names.size}`;
  names.set(text, fresh);
  return fresh;
}

function remember(text: string, times: number): void {
  asked.set(text, times);
  if (asked.size > 2000) asked.delete(asked.keys().next().value!);
}

/** Whether a prepared statement met a table that was changed since: the names are given anew, and the next try goes through. */
export function isOutdated(why: unknown): boolean {
  const { code, message = "" } = (why ?? {}) as { code?: string; message?: string };
  if (code !== "0A000" || !message.includes("cached plan")) return false;
  epoch += 1;
  names.clear();
  return true;
}
