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

/** Makes a connection prepare what it is asked again and again. */
export function prepareWhatComesAgain(client: pg.PoolClient): void {
  const it = client as unknown as { query: Query };
  const query = it.query.bind(it);
  it.query = (text, values, then) => {
    const name = typeof text === "string" && Array.isArray(values) ? nameOf(text, values.length) : undefined;
    if (name === undefined) return query(text, values, then);
    const answer = query({ name, text }, values, then);
    return answer instanceof Promise ? answer.catch((why) => again(why, () => query(text, values))) : answer;
  };
}

/** A plain read meets a table that was changed since it was prepared: it is asked anew. In a transaction that is over: all of it is. */
async function again(why: unknown, ask: () => unknown): Promise<unknown> {
  if (!isOutdated(why)) throw why;
  try {
    return await ask();
  } catch {
    throw why;
  }
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
