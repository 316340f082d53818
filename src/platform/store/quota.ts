import { sql } from "kysely";
import type { ApiError } from "../api/errors.ts";
import type { AnyDb } from "./database.ts";
import { inPassing } from "./transaction.ts";

export interface Over {
  readonly resource: string;
  readonly limit: number;
  readonly used: number;
  readonly asked: number;
}
type Amounts = Readonly<Record<string, number>>;
interface Asked {
  readonly service: string;
  readonly projectId: string;
  readonly defaults: Amounts;
  /** The project's limits where they are known already. */
  readonly limits?: Amounts;
  readonly asked: Amounts;
  /** Counts what is used, from the rows themselves, in questions that are asked in the transaction. */
  used(): Promise<Amounts>;
  refuse(over: Over): ApiError;
}
interface Holder {
  readonly db: unknown;
}

/**
 * Lets the asked amounts pass or throws what `refuse` makes of the first one over its limit. Of two transactions that ask for one
 * project the second waits for the first, so that both cannot pass on the same count. A limit of -1 is none.
 */
export async function withinQuota(tx: Holder, ask: Asked): Promise<void> {
  const limits = ask.limits ?? (await quotaLimits(tx, ask.service, ask.projectId, ask.defaults));
  const limited = Object.entries(ask.asked).filter(([resource, asked]) => (limits[resource] ?? -1) >= 0 && asked > 0);
  if (limited.length === 0) return;
  inPassing(holdTurn(tx.db as AnyDb, ask));
  const used = await ask.used();
  for (const [resource, asked] of limited) {
    const [limit, taken] = [limits[resource]!, used[resource] ?? 0];
    if (taken + asked > limit) throw ask.refuse({ resource, limit, used: taken, asked });
  }
}

function holdTurn(db: AnyDb, { service, projectId }: Asked): Promise<unknown> {
  return sql`select pg_advisory_xact_lock(hashtextextended(${`quota ${service} ${projectId}`}, 0))`.execute(db);
}

/** Who holds the limits of every project about which nothing else was said: the default class of quotas. */
export const QUOTA_DEFAULT = "class:default";

/** A project's limits: the built-in ones, overridden by the cloud's, overridden by the project's own. */
export async function quotaLimits(tx: Holder, service: string, projectId: string, builtIn: Amounts): Promise<Amounts> {
  const rows = await ofProject(tx, service, projectId).execute();
  const of = (own: boolean) =>
    rows.filter((r) => (r.projectId === projectId) === own).map((r) => [r.resource, r.amount]);
  return { ...builtIn, ...Object.fromEntries(of(false)), ...Object.fromEntries(of(true)) };
}

function ofProject({ db }: Holder, service: string, projectId: string) {
  return (db as AnyDb)
    .selectFrom("platformQuotas")
    .select(["projectId", "resource", "amount"])
    .where("service", "=", service)
    .where("projectId", "in", [projectId, QUOTA_DEFAULT]);
}

/** Sets some of a project's limits; null takes the override away. */
export async function setQuotaLimits(
  tx: Holder,
  service: string,
  projectId: string,
  limits: Readonly<Record<string, number | null>>,
): Promise<void> {
  for (const [resource, amount] of Object.entries(limits))
    await setOne(tx.db as AnyDb, { service, projectId, resource }, amount);
}

async function setOne(db: AnyDb, key: { service: string; projectId: string; resource: string }, amount: number | null) {
  if (amount !== null) {
    await db
      .insertInto("platformQuotas")
      .values({ ...key, amount })
      .onConflict((c) => c.columns(["service", "projectId", "resource"]).doUpdateSet({ amount }))
      .execute();
    return;
  }
  const { service, projectId, resource } = key;
  await db
    .deleteFrom("platformQuotas")
    .where("service", "=", service)
    .where("projectId", "=", projectId)
    .where("resource", "=", resource)
    .execute();
}

/** Takes all overrides of a project away. */
export async function clearQuotaLimits(tx: Holder, service: string, projectId: string): Promise<void> {
  const db = tx.db as AnyDb;
  await db.deleteFrom("platformQuotas").where("service", "=", service).where("projectId", "=", projectId).execute();
}
