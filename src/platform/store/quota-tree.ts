import { sql } from "kysely";
import { forbidden } from "../api/errors.ts";
import type { Settings } from "../config/config.ts";
import type { AnyDb } from "./database.ts";
import { inPassing } from "./transaction.ts";

/** Who holds the limits of every project about which nothing else was said: the default class of quotas. */
export const QUOTA_DEFAULT = "class:default";

/** A project or domain with the ids of all that lies in it, its own among them. */
export interface Branch {
  readonly id: string;
  readonly projectIds: readonly string[];
}
/** What is asked of whoever keeps the projects, where some of them share what those above may have. */
export interface Lineage {
  /** The domain that a project lies in (a domain lies in itself); undefined where nobody knows the project. */
  domainOf(tx: never, projectId: string): Promise<string | undefined>;
  /** A project and what it lies in, the nearest first. */
  lineage(tx: never, projectId: string): Promise<readonly Branch[]>;
}
export interface Holder {
  readonly db: unknown;
  readonly settings?: Settings;
  readonly needs?: unknown;
}

/** Whether what a project may have bounds also what lies in it: https://docs.openstack.org/keystone/latest/admin/unified-limits.html#strict-two-level */
export function isShared({ settings }: Holder): boolean {
  return settings?.["limit-enforcement-model"] === "strict_two_level";
}

export async function domainOf(tx: Holder, projectId: string): Promise<string> {
  return (await keeper(tx).domainOf(tx as never, projectId)) ?? projectId;
}

/** A project that nobody knows lies in nothing. */
export async function levelsOf(tx: Holder, projectId: string): Promise<readonly Branch[]> {
  const found = await keeper(tx).lineage(tx as never, projectId);
  return found.length > 0 ? found : [{ id: projectId, projectIds: [projectId] }];
}

function keeper({ needs }: Holder): Lineage {
  return (needs as { readonly identity: Lineage }).identity;
}

/** Which quota, as a service counts it. */
interface Quota {
  readonly service: string;
  readonly resource: string;
}

/**
 * Whether a limit as it is kept now is neither above its parent's nor below that of anything in it. Of two transactions that change
 * limits the second waits for the first.
 */
export async function fitsTree(tx: Holder, quota: Quota, projectId: string): Promise<boolean> {
  inPassing(sql`select pg_advisory_xact_lock(hashtextextended('quota limits', 0))`.execute(tx.db as AnyDb));
  const [own, parent] = await levelsOf(tx, projectId);
  const amounts = await amountsOf(tx, quota, [...own!.projectIds, ...(parent ? [parent.id] : [])]);
  const amount = amounts.get(projectId) ?? -1;
  if (amount < 0) return true;
  const most = parent ? (amounts.get(parent.id) ?? amounts.get(QUOTA_DEFAULT) ?? -1) : -1;
  return (most < 0 || amount <= most) && own!.projectIds.every((id) => (amounts.get(id) ?? -1) <= amount);
}

async function amountsOf({ db }: Holder, { service, resource }: Quota, projectIds?: readonly string[]) {
  const all = (db as AnyDb).selectFrom("platformQuotas").select(["projectId", "amount"]);
  const own = all.where("service", "=", service).where("resource", "=", resource);
  const among = projectIds && sql<boolean>`project_id = any (${[...projectIds, QUOTA_DEFAULT]}::text[])`;
  const rows = await (among ? own.where(among) : own).execute();
  return new Map(rows.map(({ projectId, amount }) => [projectId as string, Number(amount)]));
}

interface Limits {
  readonly service: string;
  readonly projectId: string;
  readonly limits: Readonly<Record<string, number | null>>;
}

/** Throws where limits that were set just now break the tree. */
export async function requireFit(tx: Holder, { service, projectId, limits }: Limits): Promise<void> {
  for (const [resource, amount] of Object.entries(limits)) {
    if (amount === null || (await fitsAll(tx, { service, resource }, projectId))) continue;
    throw forbidden(
      `Invalid resource limit: the limit ${amount} of ${resource} doesn't satisfy current hierarchy model: it is above that of the parent, or below that of a child.`,
    );
  }
}

/** The default is the limit of every parent that has none of its own; of other classes of quotas nobody has any. */
async function fitsAll(tx: Holder, quota: Quota, projectId: string): Promise<boolean> {
  if (projectId !== QUOTA_DEFAULT) return projectId.startsWith("class:") || fitsTree(tx, quota, projectId);
  for (const id of (await amountsOf(tx, quota)).keys())
    if (!id.startsWith("class:") && !(await fitsTree(tx, quota, id))) return false;
  return true;
}
