import { unauthorized } from "#platform/api/errors.ts";
import type { Context } from "../kit.ts";
import { countFailedLogin, inLine, keepPastPassword, noteLogin } from "./compliance.store.ts";
import { isExpired, isInactive, isLocked } from "./compliance.ts";
import { findUser } from "./user.store.ts";
import type { User } from "./user.ts";

/**
 * Whether a user who has (or has not) given the right password gets in. Undefined: no. Of an account that is locked nobody
 * learns so; that a password has expired learns only who knows it.
 */
export async function judge(ctx: Context, id: string | undefined, fits: boolean): Promise<User | undefined> {
  const it = await judgeChange(ctx, id, fits);
  if (it && isExpired(it, ctx.now))
    throw unauthorized(`The password is expired and needs to be changed for user: ${it.id}.`);
  return it;
}

/** Likewise, for who wants to change the password: then it may have expired. */
export async function judgeChange(ctx: Context, id: string | undefined, fits: boolean): Promise<User | undefined> {
  const { db, settings, now } = ctx;
  if (id !== undefined && settings["lockout-failure-attempts"]) await inLine(db, id);
  const it = id === undefined ? undefined : await findUser(db, id);
  if (!it || isLocked(settings, it, now)) return undefined;
  if (!fits && settings["lockout-failure-attempts"]) await countFailedLogin(db, it.id, now);
  if (!fits || !it.enabled || isInactive(settings, it, now)) return undefined;
  if (it.failedLogins || settings["disable-user-account-days-inactive"]) await noteLogin(db, it.id, now);
  return it;
}

/** Keeps the password that a user has now, which is about to be replaced, among those that may not come back. */
export async function retire({ db, settings }: Pick<Context, "db" | "settings">, it: User) {
  const others = (settings["unique-last-password-count"] ?? 0) - 1;
  if (it.passwordHash) await keepPastPassword(db, it.id, it.passwordHash, it.passwordCreatedAt ?? null, others);
}
