import { badRequest } from "#platform/api/errors.ts";
import type { Settings } from "#platform/config/config.ts";
import { after } from "../identity.ts";
import type { User } from "./user.ts";

const DAY = 24 * 3600;
const LOCKED = 1800;

type Accountable = Pick<User, "options" | "failedLogins" | "failedAt">;

/** Whether too many logins have failed: until some time after the last of them. */
export function isLocked(
  settings: Settings,
  { options, failedLogins = 0, failedAt }: Accountable,
  now: string,
): boolean {
  const most = settings["lockout-failure-attempts"];
  if (!most || failedLogins < most || options.ignore_lockout_failure_attempts === true) return false;
  return !failedAt || after(failedAt, settings["lockout-duration"] ?? LOCKED) > now;
}

/** Whether a user has not logged in for so long that the account counts as disabled. Days are counted, not hours. A directory's users are its own affair. */
export function isInactive(
  settings: Settings,
  it: Pick<User, "options" | "activeAt" | "createdAt" | "directoryId">,
  now: string,
): boolean {
  const most = settings["disable-user-account-days-inactive"];
  if (!most || it.options.ignore_user_inactivity === true || it.directoryId) return false;
  const midnight = (iso: string) => Date.parse(`${iso.slice(0, 10)}T00:00:00Z`) / 1000;
  return midnight(now) - midnight(it.activeAt ?? it.createdAt) >= most * DAY;
}

export function isExpired(
  { options, passwordExpiresAt }: Pick<User, "options" | "passwordExpiresAt">,
  now: string,
): boolean {
  return !!passwordExpiresAt && passwordExpiresAt <= now && options.ignore_password_expiry !== true;
}

type Dated = Pick<User, "passwordCreatedAt" | "passwordExpiresAt" | "passwordIsOwn">;

/** What is noted with a new password: `own`, the user chose it. */
export function dated(settings: Settings, options: User["options"], now: string, own: boolean): Dated {
  const first = !own && settings["change-password-upon-first-use"] === true;
  const days = options.ignore_password_expiry === true ? undefined : settings["password-expires-days"];
  const expiry = days ? `${after(now, days * DAY).slice(0, 19)}.000Z` : null;
  const atOnce = first && options.ignore_change_password_upon_first_use !== true;
  return { passwordCreatedAt: now, passwordExpiresAt: atOnce ? now : expiry, passwordIsOwn: own };
}

/** Refuses a password that does not look as passwords have to. */
export function looksRight(settings: Settings, password: string | null | undefined) {
  const { "password-regex": regex, "password-regex-description": words = regex } = settings;
  if (!regex || typeof password !== "string" || new RegExp(`^(?:${regex})`, "u").test(password)) return;
  throw badRequest(`The password does not match the requirements: ${words}.`);
}

type Chosen = Pick<User, "options" | "passwordCreatedAt" | "passwordIsOwn">;

/** Refuses users a new password of their own choice; `used`: it is one of their last ones. */
export function mayChoose(
  settings: Settings,
  { options, passwordCreatedAt, passwordIsOwn }: Chosen,
  now: string,
  used: boolean,
) {
  if (options.lock_password === true) throw badRequest(locked);
  const days = settings["minimum-password-age"] ?? 0;
  const until = passwordIsOwn && passwordCreatedAt ? after(passwordCreatedAt, days * DAY) : now;
  if (until > now) throw badRequest(tooYoung(days, Math.floor((Date.parse(until) - Date.parse(now)) / 1000 / DAY)));
  if (used) throw badRequest(usedBefore(settings["unique-last-password-count"] ?? 0));
}

const locked =
  "You cannot change your password at this time due to password policy disallowing password changes. Please contact your administrator to reset your password.";

const tooYoung = (days: number, left: number) =>
  `You cannot change your password at this time due to the minimum password age. Once you change your password, it must be used for ${days} day(s) before it can be changed. Please try again in ${left} day(s) or contact your administrator to reset your password.`;

const usedBefore = (count: number) =>
  `The new password cannot be identical to a previous password. The total number which includes the new password must be unique is ${count}.`;
