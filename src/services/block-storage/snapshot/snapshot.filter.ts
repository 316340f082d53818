import { atLeast, type Version } from "#platform/api/versions.ts";
import { isFalse, isTrue, type Query } from "../shapes.ts";
import { dict, type Filter } from "../volume/volume.filter.ts";

const columns: Readonly<Record<string, string>> = {
  name: "name",
  status: "status",
  volume_id: "volumeId",
  display_name: "name",
};
const adminColumns: Readonly<Record<string, string>> = { id: "id", project_id: "projectId", user_id: "userId" };

interface Reader {
  readonly admin: boolean;
  readonly projectId: string | undefined;
  readonly version: Version;
}

/** Reads a list's query. Administrators may look over the projects and by more columns. */
export function snapshotFilter(query: Query, { admin, projectId, version }: Reader): Filter {
  const known = Object.entries(admin ? { ...columns, ...adminColumns } : columns);
  const said = (suffix: string) =>
    Object.fromEntries(known.flatMap(([key, column]) => saidOf(query, key + suffix, column)));
  return {
    projectId: admin && isTrue(query.all_tenants) ? undefined : projectId,
    equal: said(""),
    like: atLeast(version, "3.34") ? said("~") : {},
    metadata: atLeast(version, "3.22") ? dict(query.metadata) : undefined,
    moments: [],
    none: atLeast(version, "3.65") && isFalse(query.consumes_quota),
  };
}

function saidOf(query: Query, key: string, column: string): [string, string][] {
  const value = query[key];
  return value === undefined ? [] : [[column, value]];
}
