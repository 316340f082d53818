import { badRequest } from "#platform/api/errors.ts";
import { findService } from "../catalog/catalog.store.ts";
import { tellShown } from "../catalog/shown.ts";
import { expecting, mutable, sameId } from "../errors.ts";
import { holders } from "../grant/grant.store.ts";
import { defined, extraOf, type Filters, hexId, optionsAfter } from "../identity.ts";
import { type Context, route } from "../kit.ts";
import { page } from "../links.view.ts";
import { getDomain } from "../project/project.store.ts";
import { anyQuery } from "../shapes.schema.ts";
import { revoke } from "../token/revocation.store.ts";
import { mark } from "../token/revocation.ts";
import { roleRules as rule } from "./role.rules.ts";
import { changeRole, createRole, type RoleFields, roleNames } from "./role.schema.ts";
import * as store from "./role.store.ts";
import { implied, type Role } from "./role.ts";
import { roleBody } from "./role.view.ts";

const query = anyQuery;
const made = { "3.14": 201 } as const;
const gone = { "3.14": 204 } as const;
const cloud = () => ({});

export const roleRoutes = [
  route({ on: "GET /roles", rule: rule.list_roles, query, of: cloud, run: list }),
  route({ on: "GET /roles/{id}", rule: rule.get_role, query, of: load, run: show }),
  route({ on: "POST /roles", rule: rule.create_role, body: createRole, status: made, of: cloud, run: create }),
  route({ on: "PATCH /roles/{id}", rule: rule.update_role, body: changeRole, of: load, run: change }),
  route({ on: "DELETE /roles/{id}", rule: rule.delete_role, status: gone, of: load, run: remove }),
];

interface Loaded {
  readonly it: Role;
  readonly target: object;
}

async function load({ db }: Context, { path }: { path: { readonly id: string } }): Promise<Loaded> {
  return { it: await store.getRole(db, path.id), target: {} };
}

async function list(ctx: Context, _: object, { query }: { query: Filters }) {
  const found = await store.listRoles(ctx.db, query);
  return page(
    ctx,
    "roles",
    "/roles",
    query,
    found.map((it) => roleBody(ctx, it)),
  );
}

function show(ctx: Context, { it }: Loaded) {
  return { role: roleBody(ctx, it) };
}

async function create(ctx: Context, _: object, { body }: { body: { role: RoleFields & { name: string } } }) {
  const { role: asked } = body;
  const it: Role = {
    id: hexId(ctx.newId()),
    name: asked.name.trim(),
    domainId: asked.domain_id ?? null,
    serviceId: asked.service_id ?? null,
    description: asked.description ?? null,
    options: optionsAfter({}, asked.options) ?? {},
    extra: extraOf(asked, roleNames),
  };
  if (it.domainId) await getDomain(ctx.db, it.domainId);
  if (it.serviceId && !(await findService(ctx.db, it.serviceId))) throw expecting("service_id", "role");
  await store.insertRole(ctx.db, it);
  await tellShown(ctx);
  return { role: roleBody(ctx, it) };
}

async function change(ctx: Context, { it }: Loaded, { body }: { body: { role: RoleFields } }) {
  const { role: asked } = body;
  sameId(it, asked);
  if (asked.domain_id !== undefined && asked.domain_id !== it.domainId)
    throw badRequest("Update of `domain_id` is not allowed.");
  if (asked.service_id !== undefined && asked.service_id !== it.serviceId)
    throw badRequest("Update of `service_id` is not allowed.");
  mutable("role", it, asked);
  const extra = extraOf(asked, roleNames);
  const to = defined({
    name: asked.name?.trim(),
    description: asked.description,
    options: optionsAfter(it.options, asked.options),
    extra: Object.keys(extra).length > 0 ? { ...it.extra, ...extra } : undefined,
  });
  const whole = { ...it, ...to };
  await store.changeRole(ctx.db, it, to);
  await tellShown(ctx);
  if (whole.name !== it.name) await endTokensWith(ctx, it.id);
  return { role: roleBody(ctx, whole) };
}

async function remove(ctx: Context, { it }: Loaded) {
  mutable("role", it);
  const marks = await marksOfHolders(ctx, it.id);
  await store.deleteRole(ctx.db, it.id);
  await tellShown(ctx);
  await revoke(ctx, ...marks);
}

/** Ends the tokens that say a role by name which now says something else. */
export async function endTokensWith(ctx: Context, roleId: string) {
  await revoke(ctx, ...(await marksOfHolders(ctx, roleId)));
}

/** Whoever has the role itself, or one that implies it. */
async function marksOfHolders({ db }: Context, roleId: string): Promise<readonly string[]> {
  const pairs = (await store.listImplied(db)).map(({ priorId, impliedId }) => ({
    priorId: impliedId,
    impliedId: priorId,
  }));
  const found: string[] = [];
  for (const id of implied([roleId], pairs).keys())
    for (const { userId, inherited, ...at } of await holders(db, id))
      found.push(inherited ? mark.user(userId) : mark.grant(userId, at));
  return found;
}
