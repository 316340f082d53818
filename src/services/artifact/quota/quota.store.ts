import { sql } from "kysely";
import type { Db } from "#platform/store/db.ts";
import { amongProjects } from "#platform/store/projects.ts";
import type { ArtifactTables } from "../tables.ts";

type Tables = Db<ArtifactTables>;
export interface Usage {
  readonly typeName: string;
  readonly count: number;
  readonly bytes: number;
}
export interface QuotaRow {
  readonly projectId: string;
  readonly resource: string;
  readonly amount: number;
}

/** What the artifacts of these projects take together, by their types: bytes that may still come count as well. */
export async function usageOf(db: Tables, projectIds: readonly string[]): Promise<Usage[]> {
  const { rows } = await sql<{ typeName: string; count: string; bytes: string }>`
    select a.type_name, count(*) as count, coalesce(sum(
      (select sum(coalesce(case when b.key is not null then b.size end, 0) + coalesce(b.upload_size, 0))
       from artifact_blobs b where b.artifact_id = a.id)), 0) as bytes
    from artifact_artifacts a where ${amongProjects(projectIds, "a.owner")} group by a.type_name`.execute(db);
  return rows.map(({ typeName, count, bytes }) => ({ typeName, count: Number(count), bytes: Number(bytes) }));
}

/** Everything that was said of quotas of artifacts, for projects and for all. */
export async function listQuotas(db: Tables): Promise<QuotaRow[]> {
  const { rows } = await sql<QuotaRow>`
    select project_id, resource, amount from platform_quotas where service = 'artifact'
    order by project_id, resource`.execute(db);
  return rows;
}
