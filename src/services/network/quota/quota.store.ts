import type { Kysely } from "kysely";
import type { NetworkDb } from "../resource/resource.store.ts";

interface Limits {
  platformQuotas: { service: string; projectId: string };
}
export async function listProjectsWithLimits(db: NetworkDb): Promise<string[]> {
  const limits = (db as unknown as Kysely<Limits>).selectFrom("platformQuotas").select("projectId").distinct();
  return (await limits.where("service", "=", "network").orderBy("projectId").execute()).map((row) => row.projectId);
}
