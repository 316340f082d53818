import { ApiError } from "#platform/api/errors.ts";
import { after } from "../identity.ts";
import type { Context } from "../kit.ts";
import {
  acquaint,
  countFailure,
  forgetAttempts,
  giveTurnBack,
  lastSeen,
  listAttempts,
  takeTurn,
} from "./attempt.store.ts";
import { type Attempt, type Bucket, bucketsOf, levelAt, seconds } from "./attempt.ts";

/** A try to log in that was let through; how it ended is to be told. */
export interface Try {
  readonly buckets: readonly Bucket[];
  /** Those in which others wait until this try is over. */
  readonly taken: readonly string[];
  /** Failures of the accounts from this address, which a success forgets. */
  readonly forgivable: readonly string[];
  /** Accounts that a success makes known at this address, or that were last seen there a while ago. */
  readonly strangers: readonly string[];
}
const unwatched: Try = { buckets: [], taken: [], forgivable: [], strangers: [] };

/** Lets a try at these accounts through, or throws 429 with the seconds to wait. Called before anything costly is done. */
export async function beginTry(ctx: Context, accounts: readonly string[]): Promise<Try> {
  const { db, now, settings, remote } = ctx;
  if (settings["login-pause"] === 0 || accounts.length === 0) return unwatched;
  const all = accounts.map((account) => bucketsOf(settings, account, remote));
  const own = all.map((it) => it.own.key);
  const seen = await lastSeen(db, own, now);
  const each = all.flatMap((it) => (seen.has(it.own.key) ? [it.own] : [it.own, ...it.wide]));
  const buckets = [...new Map(each.map((it) => [it.key, it])).values()].sort((a, b) => (a.key < b.key ? -1 : 1));
  const counts = await listAttempts(
    db,
    buckets.map(({ key }) => key),
  );
  for (const { until } of counts) if (until > now) throw slower(now, until);
  const taken = await takeTurns(ctx, buckets, new Map(counts.map((it) => [it.key, it])));
  const yesterday = after(now, -24 * 3600);
  return {
    buckets,
    taken,
    forgivable: own.filter((key) => counts.some((it) => it.key === key)),
    strangers: own.filter((key) => (seen.get(key) ?? "") < yesterday),
  };
}

/** Where failures have added up, one tries at a time. */
async function takeTurns(ctx: Context, buckets: readonly Bucket[], counts: ReadonlyMap<string, Attempt>) {
  const taken: string[] = [];
  for (const { key, failures, longest } of buckets) {
    const level = counts.has(key) ? levelAt(counts.get(key)!, ctx.now) : 0;
    if (level < failures) continue;
    const until = after(ctx.now, Math.min(longest, 2 ** (level - failures + 1)));
    if (!(await takeTurn(ctx.db, key, ctx.now, until))) throw slower(ctx.now, until);
    taken.push(key);
  }
  return taken;
}

function slower(now: string, until: string): ApiError {
  const wait = Math.max(1, Math.ceil(seconds(now, until)));
  return new ApiError(429, `Too many failed attempts to log in. Try again in ${wait} seconds.`, {
    headers: { "retry-after": String(wait) },
  });
}

/** Whoever it was, it was not they. */
export async function tryFailed({ db, now }: Context, { buckets }: Try): Promise<void> {
  for (const bucket of buckets) await countFailure(db, bucket, now);
}

/** It was they: the account's own failures from this address are forgotten, and the address is known from now on. */
export async function trySucceeded({ db, now }: Context, { taken, forgivable, strangers }: Try): Promise<void> {
  if (taken.length > 0) await giveTurnBack(db, taken, now);
  if (forgivable.length > 0) await forgetAttempts(db, forgivable);
  for (const key of strangers) await acquaint(db, key, now);
}
