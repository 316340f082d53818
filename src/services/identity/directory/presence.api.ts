import type { IdentityDriver, Present } from "../driver.ts";
import type { Context } from "../kit.ts";
import type { AnyMethod, Proof } from "../token/methods/method.ts";
import { findElsewhere, type Seat, seatOf, settle } from "./login.api.ts";

/**
 * Whoever logs in by anything but the directory's password (a token, a secret, a code) has to be there still, and enabled:
 * the directory is asked each time.
 */
export type Presence = { readonly seat: Seat; readonly found?: Present } | undefined;

export function presenceOf(ctx: Context, method: AnyMethod, claim: unknown): Promise<Presence> {
  return presenceOfUser(ctx, method.who?.(claim));
}

export async function presenceOfUser({ db }: Context, id: string | undefined): Promise<Presence> {
  const seat = id === undefined ? undefined : await seatOf(db, { id });
  return seat && { seat };
}

export async function askPresence(driver: IdentityDriver, it: Presence): Promise<Presence> {
  return it && { seat: it.seat, found: await findElsewhere(driver, it.seat) };
}

/** The proof with what the directory says of its user; undefined: refused. */
export async function withPresence(ctx: Context, proof: Proof | undefined, it: Presence): Promise<Proof | undefined> {
  if (!proof?.user.directoryId || proof.present) return proof;
  const settled = it?.found && (await settle(ctx, it.seat, it.found));
  if (settled?.user.id !== proof.user.id) return undefined;
  const { user, saw } = settled;
  if (saw !== undefined && proof.parent) return undefined; // what it goes on from is void
  return { ...proof, user, present: true, ...(saw !== undefined && { saw }) };
}
