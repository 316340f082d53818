import { sql } from "kysely";
import type { Db } from "#platform/store/db.ts";
import { amongProjects } from "#platform/store/projects.ts";
import type { RegistryTables } from "./tables.ts";

/** What these projects have pushed and are pushing, in bytes: a blob counts once for each project, in however many repositories it is. */
export async function bytesOf(db: Db<RegistryTables>, projectIds: readonly string[]): Promise<number> {
  const own = amongProjects(projectIds);
  const { rows } = await sql<{ bytes: string }>`
    select (select coalesce(sum(b.size), 0) from container_registry_blobs b
        join (select distinct project_id, key from container_registry_links where ${own}) l using (key))
      + (select coalesce(sum(length(content)), 0) from container_registry_manifests where ${own})
      + (select coalesce(sum(size), 0) from container_registry_uploads where ${own}) as bytes`.execute(db);
  return Number(rows[0]?.bytes ?? 0);
}
