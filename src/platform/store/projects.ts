import { sql } from "kysely";

/** What belongs to one of these projects; of a single one, asked as plainly as can be. */
export function amongProjects(projectIds: readonly string[], column = "project_id") {
  const one = projectIds.length === 1;
  return one
    ? sql<boolean>`${sql.ref(column)} = ${projectIds[0]}`
    : sql<boolean>`${sql.ref(column)} = any (${[...projectIds]}::text[])`;
}
