import { sql } from "kysely";
import type { ApiError } from "../api/errors.ts";
import type { AnyDb } from "./database.ts";
import { domainOf, type Holder, isShared, levelsOf, QUOTA_DEFAULT, requireFit } from "./quota-tree.ts";
import { inPassing } from "./transaction.ts";

export { QUOTA_DEFAULT };
export interface Over {
  readonly resource: string;
  readonly limit: number;
  readonly used: number;
  readonly asked: number;
}
export type Amounts = Readonly<Record<string, number>>;
interface Asked {
  readonly service: string;
  readonly projectId: string;
  readonly defaults: Amounts;
  /** The project's limits where they are known already. */
  readonly limits?: Amounts;
  readonly asked: Amounts;
  /** It is counted by something else than projects: what projects above may have does not bound it. */
  readonly apart?: true;
  /** Counts what these projects use together, from the rows themselves, in questions that are asked in the transaction. */
  used(projectIds: readonly string[]): Promise<Amounts>;
  refuse(over: Over): ApiError;
}

/**
 * Lets the asked amounts pass or throws what `refuse` makes of the first one over its limit. Of two transactions that ask for one
 * project (or, where projects share what those above them may have, for one domain) the second waits for the first, so that both
 * cannot pass on the same count. A limit of -1 is none.
 */
export async function withinQuota(tx: Holder, ask: Asked): Promise<void> {
  if (isShared(tx) && !ask.apart) return withinShares(tx, ask);
  const limits = ask.limits ?? (await quotaLimits(tx, ask.service, ask.projectId, ask.defaults));
  const limited = limitedBy(limits, ask);
  if (limited.length === 0) return;
  inPassing(holdTurn(tx, ask.service, ask.projectId));
  fit(limits, limited, await ask.used([ask.projectId]), ask);
}

/** The tree is read when it is this transaction's turn: a project that came meanwhile counts. */
async function withinShares(tx: Holder, ask: Asked): Promise<void> {
  inPassing(holdTurn(tx, ask.service, await domainOf(tx, ask.projectId)));
  for (const { projectIds, limits } of await quotaLevels(tx, ask.service, ask.projectId, ask.defaults)) {
    const limited = limitedBy(limits, ask);
    if (limited.length > 0) fit(limits, limited, await ask.used(projectIds), ask);
  }
}

function limitedBy(limits: Amounts, { asked }: Asked) {
  return Object.entries(asked).filter(([resource, amount]) => (limits[resource] ?? -1) >= 0 && amount > 0);
}

function fit(limits: Amounts, limited: readonly (readonly [string, number])[], used: Amounts, { refuse }: Asked) {
  for (const [resource, asked] of limited) {
    const [limit, taken] = [limits[resource]!, used[resource] ?? 0];
    if (taken + asked > limit) throw refuse({ resource, limit, used: taken, asked });
  }
}

function holdTurn({ db }: Holder, service: string, whose: string): Promise<unknown> {
  return sql`select pg_advisory_xact_lock(hashtextextended(${`quota ${service} ${whose}`}, 0))`.execute(db as AnyDb);
}

/** Projects that have some limits together. */
export interface QuotaLevel {
  readonly projectIds: readonly string[];
  readonly limits: Amounts;
}

/** All the limits that bound a project: its own, and where they are shared those of what it lies in, each with all that shares it. */
export async function quotaLevels(
  tx: Holder,
  service: string,
  projectId: string,
  builtIn: Amounts,
): Promise<QuotaLevel[]> {
  if (!isShared(tx)) return [{ projectIds: [projectId], limits: await quotaLimits(tx, service, projectId, builtIn) }];
  const branches = await levelsOf(tx, projectId);
  const limits = await limitsOfAll(
    tx,
    service,
    branches.map(({ id }) => id),
    builtIn,
  );
  return branches.map(({ projectIds }, at) => ({ projectIds, limits: limits[at]! }));
}

/** A project's limits: the built-in ones, overridden by the cloud's, overridden by the project's own. */
export async function quotaLimits(tx: Holder, service: string, projectId: string, builtIn: Amounts): Promise<Amounts> {
  return (await limitsOfAll(tx, service, [projectId], builtIn))[0]!;
}

async function limitsOfAll(tx: Holder, service: string, projectIds: readonly string[], builtIn: Amounts) {
  const rows = await ofProjects(tx, service, projectIds).execute();
  const of = (whose: string) => rows.filter((r) => r.projectId === whose).map((r) => [r.resource, r.amount]);
  const everybodys = { ...builtIn, ...Object.fromEntries(of(QUOTA_DEFAULT)) };
  return projectIds.map((id): Amounts => ({ ...everybodys, ...Object.fromEntries(of(id)) }));
}

function ofProjects({ db }: Holder, service: string, projectIds: readonly string[]) {
  return (db as AnyDb)
    .selectFrom("platformQuotas")
    .select(["projectId", "resource", "amount"])
    .where("service", "=", service)
    .where("projectId", "in", [...projectIds, QUOTA_DEFAULT]);
}

/** Sets some of a project's limits, as far as those of the projects around it allow; null takes the override away. */
export async function setQuotaLimits(
  tx: Holder,
  service: string,
  projectId: string,
  limits: Readonly<Record<string, number | null>>,
): Promise<void> {
  for (const [resource, amount] of Object.entries(limits))
    await setOne(tx.db as AnyDb, { service, projectId, resource }, amount);
  if (isShared(tx)) await requireFit(tx, { service, projectId, limits });
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
