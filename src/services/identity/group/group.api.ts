import { badRequest } from "#platform/api/errors.ts";
import { defined, extraOf, type Filters, hexId } from "../identity.ts";
import { type Context, route, unveiled } from "../kit.ts";
import { collection, page } from "../links.view.ts";
import { getDomain } from "../project/project.store.ts";
import { anyQuery } from "../shapes.schema.ts";
import { revoke } from "../token/revocation.store.ts";
import { mark } from "../token/revocation.ts";
import { getUser } from "../user/user.store.ts";
import { groupRules as rule } from "./group.rules.ts";
import { changeGroup, createGroup, type GroupFields, groupNames } from "./group.schema.ts";
import * as store from "./group.store.ts";
import type { Group } from "./group.ts";
import { groupBody } from "./group.view.ts";

const query = anyQuery;
const made = { "3.14": 201 } as const;
const gone = { "3.14": 204 } as const;

export const groupRoutes = [
  route({ on: "GET /groups", rule: rule.list_groups, query, of: domainOf, run: list }),
  route({ on: "GET /groups/{id}", rule: rule.get_group, query, of: load, run: show }),
  route({ on: "GET /users/{id}/groups", rule: rule.list_groups_for_user, query, of: user, run: listOfUser }),
  route({ on: "POST /groups", rule: rule.create_group, body: createGroup, status: made, of: place, run: create }),
  route({ on: "PATCH /groups/{id}", rule: rule.update_group, body: changeGroup, of: load, run: change }),
  route({ on: "DELETE /groups/{id}", rule: rule.delete_group, status: gone, of: unveiled(load), run: remove }),
];

interface Queried {
  readonly query: Filters;
}
interface Named {
  readonly path: { readonly id: string };
}
export interface Loaded {
  readonly it: Group;
  readonly target: object;
}

/** A list shows all that there is, or to a domain's own reader what is in that domain. */
function domainOf({ actor }: Context) {
  return { target: { group: { domainId: actor.domainId } } };
}

/** The group of the path, as what the rule is asked about. */
export async function load({ db }: Context, { path }: Named): Promise<Loaded> {
  const it = await store.getGroup(db, path.id);
  return { it, target: { group: { id: it.id, domainId: it.domainId } } };
}

interface Owner {
  readonly id: string;
  readonly target: object;
}

async function user({ db }: Context, { path }: Named): Promise<Owner> {
  const { id, domainId } = await getUser(db, path.id);
  return { id, target: { user: { id, domainId } } };
}

interface Place {
  readonly domainId: string;
  readonly target: object;
}

function place({ actor }: Context, { body }: { body: { group: GroupFields & { name: string } } }): Place {
  const domainId = body.group.domain_id ?? actor.domainId ?? actor.projectDomainId ?? "default";
  return { domainId, target: { group: { domainId } } };
}

async function list(ctx: Context, _: object, { query }: Queried) {
  const found = await store.listGroups(ctx.db, query, ctx.actor.domainId);
  return page(
    ctx,
    "groups",
    "/groups",
    query,
    found.map((it) => groupBody(ctx, it)),
  );
}

async function listOfUser(ctx: Context, { id }: Owner, { query }: Queried) {
  const found = await store.listGroupsOf(ctx.db, id, query, ctx.actor.domainId);
  return collection(
    ctx,
    "groups",
    `/users/${id}/groups`,
    query,
    found.map((it) => groupBody(ctx, it)),
  );
}

function show(ctx: Context, { it }: Loaded) {
  return { group: groupBody(ctx, it) };
}

async function create(
  ctx: Context,
  { domainId }: Place,
  { body }: { body: { group: GroupFields & { name: string } } },
) {
  const { group: asked } = body;
  await getDomain(ctx.db, domainId);
  const it: Group = {
    id: hexId(ctx.newId()),
    name: asked.name.trim(),
    domainId,
    description: asked.description ?? "",
    extra: extraOf(asked, groupNames),
  };
  await store.insertGroup(ctx.db, it);
  return { group: groupBody(ctx, it) };
}

async function change(ctx: Context, { it }: Loaded, { body }: { body: { group: GroupFields } }) {
  const { group: asked } = body;
  if (asked.domain_id !== undefined && asked.domain_id !== it.domainId) throw badRequest("Cannot change Domain ID");
  const extra = extraOf(asked, groupNames);
  const to = defined({
    name: asked.name?.trim(),
    description: asked.description === null ? "" : asked.description,
    extra: Object.keys(extra).length > 0 ? { ...it.extra, ...extra } : undefined,
  });
  await store.changeGroup(ctx.db, it, to);
  return { group: groupBody(ctx, { ...it, ...to }) };
}

async function remove(ctx: Context, { it }: Loaded) {
  const members = await store.memberIds(ctx.db, it.id);
  await store.deleteGroup(ctx.db, it.id);
  await revoke(ctx, ...members.map(mark.user));
}
