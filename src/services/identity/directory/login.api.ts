import type { IdentityDriver, Present } from "../driver.ts";
import type { Context } from "../kit.ts";
import { lastRevocation, revoke } from "../token/revocation.store.ts";
import { mark } from "../token/revocation.ts";
import { findKnownUser, findUser } from "../user/user.store.ts";
import type { KnownUser } from "../user/user.ts";
import type { Source } from "./choice.ts";
import { findSource, noteLogin, seeGroups, seeUsers, setGroupsOf } from "./directory.store.ts";
import { answered } from "./elsewhere.api.ts";

type Db = Context["db"];
/** How a login names its user. */
type Who = { readonly id: string } | { readonly name: string; readonly domain: { id?: string; name?: string } };
/** A user whom a directory has to be asked about. */
export interface Seat {
  readonly at: Source;
  readonly who: { readonly localId: string } | { readonly name: string };
}
export interface Settled {
  readonly user: KnownUser;
  /** The last revocation, if this one has made one. */
  readonly saw?: number;
}

/** The directory that knows whoever logs in; undefined: ours are the users of that domain. */
export async function seatOf(db: Db, who: Who): Promise<Seat | undefined> {
  if ("id" in who) return seatOfId(db, who.id);
  const { id, name = "" } = who.domain;
  const at = await findSource(db, id ? { id } : { name });
  return at && { at, who: { name: who.name } };
}

async function seatOfId(db: Db, id: string): Promise<Seat | undefined> {
  const user = await findUser(db, id);
  if (!user?.directoryId) return undefined;
  const at = await findSource(db, { id: user.domainId });
  return at && { at, who: { localId: user.directoryId } };
}

/** The user, if the directory takes the password. */
export function proveElsewhere(driver: IdentityDriver, { at, who }: Seat, password: string) {
  return answered(driver, at, (directories) => directories.login(at, who, password));
}

/** The user, if the directory (still) has it: for whoever has proven who they are in another way. */
export async function findElsewhere(driver: IdentityDriver, { at, who }: Seat): Promise<Present | undefined> {
  if (!("localId" in who)) return undefined;
  return (await answered(driver, at, (directories) => directories.present(at, [who.localId])))[0];
}

/** Takes what the directory says into our rows. Whoever has left a group there loses what was issued before. */
export async function settle(ctx: Context, { at }: Seat, { user, groups }: Present): Promise<Settled | undefined> {
  const [id] = await seeUsers(ctx.db, at.domainId, [user], ctx.now);
  const left = await setGroupsOf(ctx.db, id!, groups ? await seeGroups(ctx.db, at.domainId, groups) : []);
  if (user.enabled) await noteLogin(ctx.db, id!, ctx.now);
  if (left) await revoke(ctx, mark.user(id!));
  const known = await findKnownUser(ctx.db, { id: id! });
  return known && { user: known, ...(left && { saw: await lastRevocation(ctx.db) }) };
}
