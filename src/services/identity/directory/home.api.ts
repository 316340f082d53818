import type { IdentityDriver, Present } from "../driver.ts";
import { missing } from "../errors.ts";
import type { Context } from "../kit.ts";
import type { Source } from "./choice.ts";
import { findSource } from "./directory.store.ts";
import { answered } from "./elsewhere.api.ts";

/** A user or a group among our rows: with its id there, if it is kept in a directory. */
export interface Row {
  readonly id: string;
  readonly domainId: string;
  readonly directoryId?: string | null;
}
/** Where to ask about it. */
export interface Home {
  readonly at: Source;
  readonly localId: string;
}

/** The directory that a user is kept in; undefined: none. Whose domain has its users here now is nobody any more. */
export async function homeOfUser({ db }: Pick<Context, "db">, it: Row): Promise<Home | undefined> {
  if (!it.directoryId) return undefined;
  const at = await findSource(db, { id: it.domainId });
  if (!at) throw missing("user", it.id);
  return { at, localId: it.directoryId };
}

export async function homeOfGroup({ db }: Pick<Context, "db">, it: Row): Promise<Home | undefined> {
  if (!it.directoryId) return undefined;
  const at = await findSource(db, { id: it.domainId });
  if (!at?.groups) throw missing("group", it.id);
  return { at, localId: it.directoryId };
}

/** A user with the groups in its directory, as it is there now. */
export async function presentAt(
  driver: IdentityDriver,
  { id, home }: { readonly id: string; readonly home: Home | undefined },
): Promise<Present | undefined> {
  if (!home) return undefined;
  const [found] = await answered(driver, home.at, (directories) => directories.present(home.at, [home.localId]));
  if (!found) throw missing("user", id);
  return found;
}
