import { type Client, type Filter, NoSuchObjectError, SizeLimitExceededError } from "ldapts";
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
  for (const it of searchEntries) uncut(Object.keys(it));
  return searchEntries.map(read);
}

/** Active Directory cuts long lists of members short, and says so in the attribute's name. */
function uncut(attributes: readonly string[]) {
  const cut = attributes.find((one) => /;range=\d+-\d/i.test(one));
  if (cut)
    throw new Unavailable(`the directory gives only a part of ${cut.split(";")[0]}: its MaxValRange is too small`);
}
