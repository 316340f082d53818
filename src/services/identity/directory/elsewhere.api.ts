import { ApiError } from "#platform/api/errors.ts";
import { Refused, Unavailable } from "#platform/service/driver.ts";
import { reply } from "#platform/service/kit.ts";
import type {
  Condition,
  Directory,
  DirectoryDriver,
  DirectoryGroup,
  DirectoryUser,
  IdentityDriver,
  Walk,
} from "../driver.ts";
import { type Filters, pageOf } from "../identity.ts";
import type { Context } from "../kit.ts";
import type { Source } from "./choice.ts";
import { listSources, seeGroups, seeUsers } from "./directory.store.ts";
import { conditions, silent } from "./directory.ts";
import type { Seen } from "./seen.ts";

/** Where a list looks besides our own tables. */
export interface Sources {
  readonly elsewhere: readonly Source[];
  /** Not one domain was asked for, but all of them. */
  readonly everywhere: boolean;
}
/** What the directories say. */
export interface Answers<T> {
  readonly found: readonly { readonly at: Source; readonly entries: readonly T[] }[];
  readonly silent: readonly Source[];
}
export async function sources({ db }: Context, domainId: string | undefined): Promise<Sources> {
  const elsewhere = await listSources(db, domainId === undefined ? "all" : { id: domainId });
  return { elsewhere, everywhere: domainId === undefined };
}

/** How many entries a list shows at most: the domain that it is of may say so. */
export function limitOf({ elsewhere, everywhere }: Sources): number {
  return everywhere ? Number.POSITIVE_INFINITY : (elsewhere[0]?.limit ?? Number.POSITIVE_INFINITY);
}

export function usersElsewhere(driver: IdentityDriver, it: Sources, query: Filters): Promise<Answers<DirectoryUser>> {
  return gathered(driver, it, query, (directories, ...asked) => directories.users(...asked));
}

export function groupsElsewhere(driver: IdentityDriver, it: Sources, query: Filters): Promise<Answers<DirectoryGroup>> {
  const some = { ...it, elsewhere: it.elsewhere.filter(({ groups }) => groups) };
  return gathered(driver, some, query, (directories, ...asked) => directories.groups(...asked));
}

/** Asks one directory; whatever keeps it from answering is told as one sentence that says whose it is. */
export async function answered<T>(
  { directories }: IdentityDriver,
  at: Source,
  ask: (it: DirectoryDriver) => Promise<T>,
): Promise<T> {
  if (at.driver !== "ldap") throw silent(at);
  try {
    return await ask(directories);
  } catch (why) {
    throw why instanceof Unavailable || why instanceof Refused ? silent(at) : why;
  }
}

export function seenUsers({ db, now }: Context, answers: Answers<DirectoryUser>): Promise<Seen> {
  return seen(answers, (at, entries) => seeUsers(db, at.domainId, entries, now));
}

export function seenGroups({ db }: Context, answers: Answers<DirectoryGroup>): Promise<Seen> {
  return seen(answers, (at, entries) => seeGroups(db, at.domainId, entries));
}

/** Lists that were taken in already: those that walks go on over. */
const takenIn = new WeakMap<readonly unknown[], readonly string[]>();

async function seen<T>(
  { found, silent }: Answers<T>,
  take: (at: Source, entries: readonly T[]) => Promise<readonly string[]>,
): Promise<Seen> {
  const ids: string[][] = [];
  for (const { at, entries } of found) {
    const known = takenIn.get(entries) ?? (await take(at, entries));
    takenIn.set(entries, known);
    ids.push([...known]);
  }
  return { ids: ids.flat(), hidden: [...found.map(({ at }) => at), ...silent].map(({ domainId }) => domainId) };
}

/**
 * The list, if no part of it is missing that anybody could miss. A name that was found is an answer whatever the others
 * would say; of a directory that has never answered nothing is known to be missing. Both are said in the answer.
 */
export function complete(
  body: object,
  items: readonly unknown[],
  query: Filters,
  { silent: missing }: Pick<Answers<unknown>, "silent">,
) {
  if (missing.length === 0) return body;
  const lost = missing.find(({ known }) => known);
  const isFound = query.name !== undefined && items.length > 0;
  if (lost && !isFound) throw silent(lost, ", and can be listed by naming their domain");
  const names = missing.map(({ domainName }) => domainName).join(", ");
  const warning = `199 - "The directories of these domains do not answer: ${encodeURIComponent(names)}"`;
  return reply({ ...body, truncated: true }, { headers: { warning } });
}

type Asked = readonly [at: Directory, names: readonly Condition[], walk: Walk | undefined];
type Ask<T> = (directories: DirectoryDriver, ...asked: Asked) => Promise<readonly T[]>;

async function gathered<T>(
  driver: IdentityDriver,
  { elsewhere, everywhere }: Sources,
  query: Filters,
  ask: Ask<T>,
): Promise<Answers<T>> {
  const asked = [conditions(query), walkOf(query)] as const;
  const answers = await Promise.all(
    elsewhere.map(async (at) => {
      const answer = answered(driver, at, (directories) => ask(directories, at, ...asked));
      return { at, entries: await (everywhere ? answer.catch(nothing) : answer) };
    }),
  );
  const found = answers.flatMap(({ at, entries }) => (entries ? [{ at, entries }] : []));
  return { found, silent: answers.filter(({ entries }) => !entries).map(({ at }) => at) };
}

function nothing(why: unknown): undefined {
  if (!(why instanceof ApiError && why.status === 503)) throw why;
}

function walkOf(query: Filters): Walk | undefined {
  const { limit, marker } = pageOf(query);
  return marker !== undefined ? "goes on" : limit !== undefined ? "starts" : undefined;
}
