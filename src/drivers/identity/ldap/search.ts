import { type Client, type Entry, type Filter, NoSuchObjectError, SizeLimitExceededError } from "ldapts";
import { Unavailable } from "#platform/service/driver.ts";
import { type Read, read } from "./entry.ts";
import { isGuid } from "./guid.ts";

export interface Question {
  readonly base: string;
  readonly scope: "base" | "one" | "sub";
  readonly filter?: Filter;
  readonly attributes: readonly string[];
  /** An answer that refers to other servers is refused: they are not asked, and what they have would be missing. */
  readonly whole?: boolean;
}
const PAGE = 500;

/** Everything that fits, in pages; a server that gives no more than so many at a time is asked for pages, too. */
export async function search(client: Client, question: Question, pageSize: number): Promise<readonly Read[]> {
  try {
    return await ask(client, question, pageSize);
  } catch (why) {
    if (!(why instanceof SizeLimitExceededError) || pageSize > 0) throw why;
    return ask(client, question, PAGE);
  }
}

/** One entry by its name; undefined if there is none. */
export async function entry(client: Client, question: Omit<Question, "scope">): Promise<Read | undefined> {
  try {
    return (await ask(client, { ...question, scope: "base" }, 0))[0];
  } catch (why) {
    if (why instanceof NoSuchObjectError) return undefined;
    throw why;
  }
}

async function ask(client: Client, { base, scope, filter, attributes, whole }: Question, pageSize: number) {
  const { searchEntries, searchReferences } = await client.search(base, {
    scope,
    ...(filter && { filter }),
    attributes: [...new Set(attributes)],
    explicitBufferAttributes: attributes.some(isGuid) ? ["objectGUID"] : [],
    timeLimit: 0,
    ...(pageSize > 0 && scope !== "base" && { paged: { pageSize } }),
  });
  if (whole && searchReferences.length > 0)
    throw new Unavailable(`the directory refers to other servers, which are not asked: ${searchReferences.join(" ")}`);
  const found: Read[] = [];
  for (const it of searchEntries) found.push(read(isCut(it) ? await uncut(client, it) : it));
  return found;
}

const RANGE = /^(.+);range=\d+-(\d+|\*)$/i;
const isCut = (it: Entry) => Object.keys(it).some((key) => key.includes(";") && RANGE.test(key));

/** Active Directory gives long lists of values in parts, and says which in the attribute's name: "member;range=0-1499". */
async function uncut(client: Client, { dn, ...given }: Entry): Promise<Entry> {
  const it: Entry = { dn };
  for (const [key, values] of Object.entries(given)) {
    const [, attribute = key, last = "*"] = RANGE.exec(key) ?? [];
    const rest = last === "*" ? [] : await after(client, dn, attribute, Number(last));
    it[attribute.toLowerCase()] = [it[attribute.toLowerCase()] ?? [], values, rest].flat() as string[];
  }
  return it;
}

async function after(client: Client, dn: string, attribute: string, last: number): Promise<Entry[string]> {
  const part = `${attribute};range=${last + 1}-*`;
  const { searchEntries } = await client.search(dn, { scope: "base", attributes: [part], timeLimit: 0 });
  const [found = { dn }] = searchEntries;
  if (Object.keys(found).some((key) => Number(RANGE.exec(key)?.[2]) <= last))
    throw new Unavailable(`the directory repeats what it gave of ${attribute} of ${dn}`);
  return (await uncut(client, found))[attribute.toLowerCase()] ?? [];
}
