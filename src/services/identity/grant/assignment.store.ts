import type { Db } from "#platform/store/db.ts";
import { listImplied } from "../role/role.store.ts";
import type { IdentityTables } from "../tables.ts";
import type { Surroundings } from "./assignment.ts";
import type { Grant } from "./grant.ts";

type D = Db<IdentityTables>;
export interface Wanted {
  readonly roleId?: string;
  readonly userId?: string;
  readonly groupId?: string;
  readonly projectIds?: readonly string[];
  readonly domainId?: string;
  readonly system?: boolean;
  readonly inherited?: boolean;
}

/** The grants themselves that fit. */
export function listGrants(db: D, by: Wanted): Promise<Grant[]> {
  let of = db.selectFrom("identityGrants").selectAll();
  for (const column of ["roleId", "userId", "groupId", "domainId"] as const) {
    const value = by[column];
    if (value !== undefined) of = of.where(column, "=", value);
  }
  if (by.projectIds) of = of.where("projectId", "in", by.projectIds);
  if (by.inherited !== undefined) of = of.where("inherited", "=", by.inherited);
  if (by.system) of = of.where("projectId", "is", null).where("domainId", "is", null);
  return of.orderBy("roleId").orderBy("userId").orderBy("groupId").orderBy("projectId").orderBy("domainId").execute();
}

/** Every grant that may reach a user: its own and its groups'. */
export function listGrantsReaching(db: D, userId: string | undefined): Promise<Grant[]> {
  const of = db.selectFrom("identityGrants").selectAll();
  if (userId === undefined) return of.execute();
  const groups = db.selectFrom("identityMembers").where("userId", "=", userId).select("groupId");
  return of.where((e) => e.or([e("userId", "=", userId), e("groupId", "in", groups)])).execute();
}

/** What grants work through. */
export async function readSurroundings(db: D): Promise<Surroundings> {
  return {
    members: await db.selectFrom("identityMembers").selectAll().execute(),
    pairs: await listImplied(db),
    projects: await db.selectFrom("identityProjects").select(["id", "parentId", "isDomain"]).execute(),
  };
}

/** Names of everything that assignments speak of, by id. */
export async function readNames(db: D) {
  const projects = await db.selectFrom("identityProjects").select(["id", "name", "domainId"]).execute();
  const others = await db
    .selectFrom("identityUsers")
    .select(["id", "name", "domainId"])
    .unionAll(db.selectFrom("identityGroups").select(["id", "name", "domainId"]))
    .execute();
  const roles = await db.selectFrom("identityRoles").select(["id", "name", "domainId"]).execute();
  const domains = new Map(projects.map(({ id, name }) => [id, { id, name }]));
  const named = ({ id, name, domainId }: { id: string; name: string; domainId: string | null }) =>
    [id, { name, ...(domainId !== null && { domain: domains.get(domainId)! }) }] as const;
  return new Map([...projects, ...others, ...roles].map(named));
}
