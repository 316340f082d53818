import { forbidden, notFound } from "#platform/api/errors.ts";
import { reply } from "#platform/service/kit.ts";
import { type Context, route } from "../kit.ts";
import { self } from "../links.view.ts";
import { anyQuery } from "../shapes.schema.ts";
import { endTokensWith } from "./role.api.ts";
import { roleRules as rule } from "./role.rules.ts";
import { deleteImplied, getRole, insertImplied, listAllRoles, listImplied } from "./role.store.ts";
import type { ImpliedRole, Role } from "./role.ts";
import { roleBrief } from "./role.view.ts";

const query = anyQuery;
const one = "/roles/{id}/implies/{implied_id}";
const gone = { "3.14": 204 } as const;
const made = { "3.14": 201 } as const;
const cloud = () => ({});

export const impliedRoutes = [
  route({ on: "GET /role_inferences", rule: rule.list_role_inference_rules, query, of: cloud, run: listAll }),
  route({ on: "GET /roles/{id}/implies", rule: rule.list_implied_roles, query, of: cloud, run: list }),
  route({ on: `GET ${one}`, rule: rule.get_implied_role, query, of: cloud, run: show }),
  route({ on: `HEAD ${one}`, rule: rule.check_implied_role, status: gone, of: cloud, run: check }),
  route({ on: `PUT ${one}`, rule: rule.create_implied_role, status: made, of: cloud, run: create }),
  route({ on: `DELETE ${one}`, rule: rule.delete_implied_role, status: gone, of: cloud, run: remove }),
];

interface Prior {
  readonly path: { readonly id: string };
}
interface Pair {
  readonly path: { readonly id: string; readonly implied_id: string };
}

async function listAll(ctx: Context) {
  const [roles, pairs] = [await listAllRoles(ctx.db), await listImplied(ctx.db)];
  const all = roles.filter(({ id }) => pairs.some(({ priorId }) => priorId === id));
  return { role_inferences: all.map((it) => inference(ctx, it, roles, pairs)), ...self(ctx, "/role_inferences") };
}

async function list(ctx: Context, _: object, { path }: Prior) {
  const prior = await getRole(ctx.db, path.id);
  const [roles, pairs] = [await listAllRoles(ctx.db), await listImplied(ctx.db)];
  return { role_inference: inference(ctx, prior, roles, pairs), ...self(ctx, `/roles/${prior.id}/implies`) };
}

async function show(ctx: Context, _: object, { path }: Pair) {
  const { prior, other } = await required(ctx, path);
  return shown(ctx, prior, other);
}

async function check(ctx: Context, _: object, { path }: Pair) {
  await required(ctx, path);
}

async function create(ctx: Context, _: object, { path }: Pair) {
  const [prior, other] = [await getRole(ctx.db, path.id), await getRole(ctx.db, path.implied_id)];
  const everywhere = other.name === "admin" && prior.serviceId === null;
  if (prior.id === other.id || everywhere || (other.domainId && !prior.domainId)) throw mayNotBeImplied(other.id);
  await insertImplied(ctx.db, { priorId: prior.id, impliedId: other.id });
  return reply(shown(ctx, prior, other), { status: 201 });
}

async function remove(ctx: Context, _: object, { path }: Pair) {
  const { prior, other } = await required(ctx, path);
  await deleteImplied(ctx.db, { priorId: prior.id, impliedId: other.id });
  await endTokensWith(ctx, prior.id);
}

async function required({ db }: Context, { id, implied_id }: Pair["path"]) {
  const [prior, other] = [await getRole(db, id), await getRole(db, implied_id)];
  const known = (await listImplied(db)).some((it) => it.priorId === id && it.impliedId === implied_id);
  if (!known) throw notFound(`${id} does not imply ${implied_id}`);
  return { prior, other };
}

function inference(ctx: Context, prior: Role, roles: readonly Role[], pairs: readonly ImpliedRole[]) {
  const ids = new Set(pairs.filter(({ priorId }) => priorId === prior.id).map(({ impliedId }) => impliedId));
  const implies = roles.filter(({ id }) => ids.has(id)).map((it) => roleBrief(ctx, it));
  return { prior_role: roleBrief(ctx, prior), implies };
}

function shown(ctx: Context, prior: Role, other: Role) {
  const role_inference = { prior_role: roleBrief(ctx, prior), implies: roleBrief(ctx, other) };
  return { role_inference, ...self(ctx, `/roles/${prior.id}/implies/${other.id}`) };
}

function mayNotBeImplied(id: string) {
  return forbidden(`${id} cannot be an implied roles.`);
}
