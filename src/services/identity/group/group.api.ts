import { badRequest } from "#platform/api/errors.ts";
import { findSource, seeGroups } from "../directory/directory.store.ts";
import { readOnly } from "../directory/directory.ts";
import {
  type Answers,
  answered,
  complete,
  groupsElsewhere,
  limitOf,
  type Sources,
  seenGroups,
  sources,
} from "../directory/elsewhere.api.ts";
import { type Home, homeOfGroup, homeOfUser, presentAt } from "../directory/home.api.ts";
import type { DirectoryGroup, IdentityDriver, Present } from "../driver.ts";
import { missing } from "../errors.ts";
import { defined, extraOf, type Filters, hexId } from "../identity.ts";
import { asking, type Context, route, unveiled } from "../kit.ts";
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
import { groupBody, membershipBody } from "./group.view.ts";

const query = anyQuery;
const made = { "3.14": 201 } as const;
const gone = { "3.14": 204 } as const;

export const groupRoutes = [
  asking({ on: "GET /groups", rule: rule.list_groups, query, of: domainOf, call: elsewhere, run: list }),
  asking({ on: "GET /groups/{id}", rule: rule.get_group, query, of: load, call: seek, run: show }),
  asking({
    on: "GET /users/{id}/groups",
    rule: rule.list_groups_for_user,
    query,
    of: user,
    call: seekOwner,
    run: listOfUser,
  }),
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
  /** Set: it is kept there, and only read from here. */
  readonly home: Home | undefined;
  readonly target: object;
}
interface Listed extends Sources {
  readonly target: object;
}

/** A list shows all that there is, or to a domain's own reader what is in that domain. */
async function domainOf(ctx: Context, { query }: Queried): Promise<Listed> {
  const { domainId } = ctx.actor;
  const asked = domainId ?? [query.domain_id ?? []].flat().at(-1);
  return { ...(await sources(ctx, asked)), target: { group: { domainId } } };
}

function elsewhere(driver: IdentityDriver, it: Listed, { query }: Queried): Promise<Answers<DirectoryGroup>> {
  return groupsElsewhere(driver, it, query);
}

/** The group of the path, as what the rule is asked about. */
export async function load({ db }: Context, { path }: Named): Promise<Loaded> {
  const it = await store.getGroup(db, path.id);
  return { it, home: await homeOfGroup({ db }, it), target: { group: { id: it.id, domainId: it.domainId } } };
}

/** What its directory says of a group now. */
async function seek(driver: IdentityDriver, { it, home }: Loaded): Promise<DirectoryGroup | undefined> {
  if (!home) return undefined;
  const found = await answered(driver, home.at, (directories) => directories.group(home.at, home.localId));
  if (!found) throw missing("group", it.id);
  return found;
}

interface Owner {
  readonly id: string;
  readonly domainId: string;
  readonly home: Home | undefined;
  readonly target: object;
}

async function user({ db }: Context, { path }: Named): Promise<Owner> {
  const it = await getUser(db, path.id);
  const { id, domainId } = it;
  return { id, domainId, home: await homeOfUser({ db }, it), target: { user: { id, domainId } } };
}

function seekOwner(driver: IdentityDriver, it: Owner): Promise<Present | undefined> {
  return presentAt(driver, it);
}

interface Place {
  readonly domainId: string;
  readonly target: object;
}

function place({ actor }: Context, { body }: { body: { group: GroupFields & { name: string } } }): Place {
  const domainId = body.group.domain_id ?? actor.domainId ?? actor.projectDomainId ?? "default";
  return { domainId, target: { group: { domainId } } };
}

async function list(ctx: Context, it: Listed, { query }: Queried, answers: Answers<DirectoryGroup>) {
  const seen = it.elsewhere.length > 0 ? await seenGroups(ctx, answers) : undefined;
  const all = await store.listGroups(ctx.db, query, ctx.actor.domainId, seen);
  const found = all.slice(0, limitOf(it));
  const body = page(
    ctx,
    "groups",
    "/groups",
    query,
    found.map((it) => groupBody(ctx, it)),
  );
  return complete(found.length < all.length ? { ...body, truncated: true } : body, found, query, answers);
}

async function listOfUser(ctx: Context, { id, domainId }: Owner, { query }: Queried, live: Present | undefined) {
  const seen = live?.groups ? await seeGroups(ctx.db, domainId, live.groups) : [];
  const [passing, lasting] = [await store.listPassing(ctx, id), await store.listLasting(ctx.db, id)];
  const also = [...seen, ...passing.keys()];
  const found = await store.listGroupsOf(ctx.db, id, query, { domainId: ctx.actor.domainId, seen: also });
  const until = (groupId: string) =>
    lasting.has(groupId) || seen.includes(groupId) ? undefined : passing.get(groupId);
  return collection(
    ctx,
    "groups",
    `/users/${id}/groups`,
    query,
    found.map((it) => membershipBody(ctx, it, until(it.id))),
  );
}

async function show(ctx: Context, { it }: Loaded, _: object, live: DirectoryGroup | undefined) {
  if (live) await seeGroups(ctx.db, it.domainId, [live]);
  return { group: groupBody(ctx, { ...it, ...live }) };
}

async function create(
  ctx: Context,
  { domainId }: Place,
  { body }: { body: { group: GroupFields & { name: string } } },
) {
  const { group: asked } = body;
  await getDomain(ctx.db, domainId);
  if ((await findSource(ctx.db, { id: domainId }))?.groups) throw readOnly();
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

async function change(ctx: Context, { it, home }: Loaded, { body }: { body: { group: GroupFields } }) {
  if (home) throw readOnly();
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

async function remove(ctx: Context, { it, home }: Loaded) {
  if (home) throw readOnly();
  const members = await store.memberIds(ctx.db, it.id);
  await store.deleteGroup(ctx.db, it.id);
  await revoke(ctx, ...members.map(mark.user));
}
