import { createHash } from "node:crypto";
import ipaddr from "ipaddr.js";
import { own } from "#platform/api/own.ts";
import type { Settings } from "#platform/config/config.ts";

/** One count of failed logins. */
export interface Attempt {
  readonly key: string;
  /** Failures as they were at the moment `at`; each whole minute in which one might have tried and nobody failed forgets one. */
  readonly level: number;
  readonly at: string;
  /** Before that none may be tried. */
  readonly until: string;
}
export interface Acquaintance {
  readonly key: string;
  readonly seenAt: string;
}
/** A count and when it begins to slow: after so many failures each doubles the pause before the next try, up to the longest. */
export interface Bucket {
  readonly key: string;
  readonly failures: number;
  readonly longest: number;
}

export interface Buckets {
  /** The account from this address. */
  readonly own: Bucket;
  readonly wide: readonly Bucket[];
}

/** Quiet seconds that make one failure be forgotten. */
export const FORGIVEN = 60;
/** However long somebody has been guessing, failures beyond those that are free count no higher. */
export const HIGHEST = 10;
/** Days for which an address is known from which an account was logged in to. */
export const KNOWN_DAYS = 30;

const usual = { failures: 5, pause: 60 };

/**
 * What slows a try: the account from this address; and for an address from which nobody has lately logged in to the account, the
 * account from anywhere and the address at any account too. Who guesses from many addresses, or at many accounts, is slowed;
 * who has the account is not, at the address that is known, and never shut out for good elsewhere.
 */
export function bucketsOf(settings: Settings, account: string, remote: string): Buckets {
  const { "login-failures": failures = usual.failures, "login-pause": pause = usual.pause } = settings;
  const address = addressOf(remote);
  return {
    own: { key: `pair ${account} ${address}`, failures, longest: pause },
    wide: [
      { key: `account ${account}`, failures: 4 * failures, longest: pause / 2 },
      { key: `address ${address}`, failures: 20 * failures, longest: pause / 6 },
    ],
  };
}

/** Failures that are left of a count at a moment. */
export function levelAt({ level, at, until }: Attempt, now: string): number {
  const quiet = Math.max(0, seconds(until > at ? until : at, now));
  return Math.max(0, level - Math.floor(quiet / FORGIVEN));
}

/** Seconds from one moment to another. */
export function seconds(from: string, to: string): number {
  return (Date.parse(to) - Date.parse(from)) / 1000;
}

/**
 * The accounts that a login names, as it names them: those that do not exist are counted as those that do, so that nobody
 * learns from a pause which there are. What cannot be guessed (a token) names none.
 */
export function accountsOf(identity: Readonly<Record<string, unknown>>, methods: readonly string[]): readonly string[] {
  const asked = methods.map((name) => own(identity, name)).filter((it) => typeof it === "object" && it !== null);
  const named = asked.map((it) => nameOf(it as Asked)).filter((it) => it !== undefined);
  return [...new Set(named.map((it) => hash(JSON.stringify(it))))];
}

interface Which {
  readonly id?: unknown;
  readonly name?: unknown;
  readonly domain?: Which;
}
interface Asked extends Which {
  readonly user?: Which;
  readonly secret?: unknown;
}

function nameOf(it: Asked): unknown {
  if ("secret" in it) return ["credential", it.id ?? null, it.name ?? null, it.user ? whichOf(it.user) : null];
  return it.user ? ["user", ...whichOf(it.user)] : undefined;
}

function whichOf({ id, name, domain }: Which): unknown[] {
  return id ? [id] : [name ?? null, domain?.id ?? null, domain?.name ?? null];
}

/** The key of an account that is named by its id. */
export function accountOf(userId: string): string {
  return hash(JSON.stringify(["user", userId]));
}

function hash(text: string): string {
  return createHash("sha256").update(text).digest("base64url");
}

/** Who has one address of IPv6 has the whole of its /64. */
function addressOf(remote: string): string {
  if (!ipaddr.isValid(remote)) return remote;
  const it = ipaddr.process(remote);
  if (it.kind() === "ipv4") return it.toString();
  return (it as ipaddr.IPv6).parts
    .slice(0, 4)
    .map((part) => part.toString(16))
    .join(":");
}
