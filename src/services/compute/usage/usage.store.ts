import type { Db } from "#platform/store/db.ts";
import { paged } from "#platform/store/page.ts";
import type { ComputeTables } from "../tables.ts";
import type { Span, UsedServer } from "./usage.ts";

interface Asked extends Span {
  /** Undefined: of all projects. */
  readonly projectId: string | undefined;
  readonly after: object | undefined;
  readonly limit: number | undefined;
}

/** The servers that ran at some time of the span, deleted ones too, in the order in which they were launched. */
export async function listUsed(
  db: Db<ComputeTables>,
  { projectId, start, end, after, limit }: Asked,
): Promise<UsedServer[]> {
  const its = db
    .selectFrom("computeServers")
    .select(["id", "name", "projectId", "flavorName", "vcpus", "memoryMib", "diskGib", "ephemeralGib", "state"])
    .select((eb) => [eb.ref("launchedAt").$notNull().as("launchedAt"), "terminatedAt"])
    .where("launchedAt", "<", end)
    .where((eb) => eb.or([eb("terminatedAt", "is", null), eb("terminatedAt", ">", start)]));
  const mine = projectId === undefined ? its : its.where("projectId", "=", projectId);
  const sort = [
    { column: "launchedAt", way: "asc" as const },
    { column: "id", way: "asc" as const },
  ];
  return paged(mine, { sort, after, limit }).execute();
}
