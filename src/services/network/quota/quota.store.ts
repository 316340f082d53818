import type { Kysely } from "kysely";
import { QUOTA_DEFAULT } from "#platform/store/quota.ts";
import type { NetworkDb } from "../resource/resource.store.ts";

interface Limits {
  platformQuotas: { service: string; projectId: string };
}
export async function listProjectsWithLimits(db: NetworkDb): Promise<string[]> {
  const limits = (db as unknown as Kysely<Limits>).selectFrom("platformQuotas").select("projectId").distinct();
  const ofProjects = limits.where("service", "=", "network").where("projectId", "<>", QUOTA_DEFAULT);
  return (await ofProjects.orderBy("projectId").execute()).map((row) => row.projectId);
}
