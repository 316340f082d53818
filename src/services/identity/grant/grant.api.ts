import { forbidden, notFound } from "#platform/api/errors.ts";
import type { Rule } from "#platform/api/rules.ts";
import { getGroup, memberIds } from "../group/group.store.ts";
import type { Filters } from "../identity.ts";
import { type Context, route } from "../kit.ts";
import { collection } from "../links.view.ts";
import { getDomain, getProject } from "../project/project.store.ts";
import { getRole } from "../role/role.store.ts";
import { roleBody } from "../role/role.view.ts";
import { anyQuery } from "../shapes.schema.ts";
import { revoke } from "../token/revocation.store.ts";
import { mark } from "../token/revocation.ts";
import { getUser } from "../user/user.store.ts";
import { grantRules as rule } from "./grant.rules.ts";
import { deleteGrant, hasGrant, insertGrant, listGrantedRoles } from "./grant.store.ts";
import { type Grant, pathOf } from "./grant.ts";

interface Rules {
  readonly list: Rule;
  readonly check: Rule;
  readonly create: Rule;
  readonly revoke: Rule;
}
const onPlace: Rules = {
  list: rule.list_grants,
  check: rule.check_grant,
  create: rule.create_grant,
  revoke: rule.revoke_grant,
};
const onSystemOfUser: Rules = {
  list: rule.list_system_grants_for_user,
  check: rule.check_system_grant_for_user,
  create: rule.create_system_grant_for_user,
  revoke: rule.revoke_system_grant_for_user,
};
const onSystemOfGroup: Rules = {
  list: rule.list_system_grants_for_group,
  check: rule.check_system_grant_for_group,
  create: rule.create_system_grant_for_group,
  revoke: rule.revoke_system_grant_for_group,
};

const tail = "/inherited_to_projects";

export const grantRoutes = [
  ...routesAt("/projects/{project_id}/users/{user_id}/roles", "", onPlace),
  ...routesAt("/projects/{project_id}/groups/{group_id}/roles", "", onPlace),
  ...routesAt("/domains/{domain_id}/users/{user_id}/roles", "", onPlace),
  ...routesAt("/domains/{domain_id}/groups/{group_id}/roles", "", onPlace),
  ...routesAt("/system/users/{user_id}/roles", "", onSystemOfUser),
  ...routesAt("/system/groups/{group_id}/roles", "", onSystemOfGroup),
  ...routesAt("/OS-INHERIT/projects/{project_id}/users/{user_id}/roles", tail, onPlace),
  ...routesAt("/OS-INHERIT/projects/{project_id}/groups/{group_id}/roles", tail, onPlace),
  ...routesAt("/OS-INHERIT/domains/{domain_id}/users/{user_id}/roles", tail, onPlace),
  ...routesAt("/OS-INHERIT/domains/{domain_id}/groups/{group_id}/roles", tail, onPlace),
];

/** The same five routes for every kind of holder and place. */
function routesAt(path: string, end: string, rules: Rules) {
  const status = { "3.14": 204 } as const;
  const one = `${path}/{role_id}${end}`;
  const of = (ctx: Context, input: { path: unknown }) => load(ctx, input.path as Path, end !== "");
  return [
    route({ on: `GET ${path}${end}`, rule: rules.list, query: anyQuery, of, run: list }),
    route({ on: `GET ${one}`, rule: rules.check, status, of, run: check }),
    route({ on: `HEAD ${one}`, rule: rules.check, status, of, run: check }),
    route({ on: `PUT ${one}`, rule: rules.create, status, of, run: create }),
    route({ on: `DELETE ${one}`, rule: rules.revoke, status, of, run: remove }),
  ];
}

type Path = Readonly<Partial<Record<"project_id" | "domain_id" | "user_id" | "group_id" | "role_id", string>>>;
interface Loaded {
  readonly it: Grant;
  readonly target: object;
  /** The domain of the place. */
  readonly domainId: string | null;
}

async function load({ db }: Context, path: Path, inherited: boolean): Promise<Loaded> {
  const {
    user_id: userId = null,
    group_id: groupId = null,
    project_id: projectId = null,
    domain_id: domainId = null,
  } = path;
  const project = projectId === null ? undefined : await getProject(db, projectId);
  const target = {
    ...(project && { project: { id: project.id, domainId: project.domainId ?? project.id } }),
    ...(domainId !== null && { domain: { id: (await getDomain(db, domainId)).id } }),
    ...(path.role_id !== undefined && { role: named(await getRole(db, path.role_id)) }),
    ...(userId !== null && { user: named(await getUser(db, userId)) }),
    ...(groupId !== null && { group: named(await getGroup(db, groupId)) }),
  };
  const it = { roleId: path.role_id ?? "", userId, groupId, projectId, domainId, inherited };
  return { it, target, domainId: project ? (project.domainId ?? project.id) : domainId };
}

function named({ id, name, domainId }: { id: string; name: string; domainId: string | null }) {
  return { id, name, domainId };
}

async function list(ctx: Context, { it }: Loaded, { query }: { query: Filters }) {
  const found = await listGrantedRoles(ctx.db, it);
  return collection(
    ctx,
    "roles",
    pathOf(it),
    query,
    found.map((role) => roleBody(ctx, role)),
  );
}

async function check({ db }: Context, { it }: Loaded) {
  if (!(await hasGrant(db, it))) throw noGrant(it);
}

async function create({ db }: Context, { it, domainId }: Loaded) {
  const role = await getRole(db, it.roleId);
  if (role.domainId && it.projectId && role.domainId !== domainId) throw forbidden(otherDomain(it));
  await insertGrant(db, it);
}

async function remove(ctx: Context, { it }: Loaded) {
  if (!(await deleteGrant(ctx.db, it))) throw noGrant(it);
  const users = it.userId ? [it.userId] : await memberIds(ctx.db, it.groupId!);
  await revoke(ctx, ...users.map((userId) => (it.inherited ? mark.user(userId) : mark.grant(userId, it))));
}

function noGrant({ roleId, userId, groupId, projectId, domainId }: Grant) {
  const place = projectId ?? domainId ?? "system";
  const holder = userId ?? groupId;
  return notFound(
    `Could not find role assignment with role: ${roleId}, user or group: ${holder}, project, domain, or system: ${place}.`,
  );
}

function otherDomain({ projectId, roleId }: Grant) {
  return `Project ${projectId} must be in the same domain as the role ${roleId} being assigned.`;
}
