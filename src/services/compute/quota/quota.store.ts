import type { Db } from "#platform/store/db.ts";
import { quotaLimits } from "#platform/store/quota.ts";
import { countUsage } from "../server/server.store.ts";
import { countServerGroups } from "../server-group/server-group.store.ts";
import type { ComputeTables } from "../tables.ts";
import { type Amounts, quotaDefaults } from "./quota.ts";

interface Reader {
  readonly db: Db<ComputeTables>;
}

/** What holds where nothing was said about a project: Nova's numbers, or an administrator's for the class "default". */
export function defaultLimits(tx: Reader): Promise<Amounts> {
  return quotaLimits(tx, "compute", holderOf("default"), quotaDefaults);
}

export async function limitsOf(tx: Reader, projectId: string): Promise<Amounts> {
  return quotaLimits(tx, "compute", projectId, quotaDefaults);
}

/** A quota class, among the projects. */
export function holderOf(quotaClass: string): string {
  return `class:${quotaClass}`;
}

/** What a project has, counted from the rows. Keypairs are users' and members are groups': they count for no project. */
export async function usageOf({ db }: Reader, projectId: string): Promise<Amounts> {
  const { instances, cores, ram } = await countUsage(db, [projectId]);
  return { instances, cores, ram, server_groups: await countServerGroups(db, [projectId]) };
}
