import { badRequest, forbidden } from "#platform/api/errors.ts";
import type { Ctx } from "#platform/service/kit.ts";
import { withinQuota } from "#platform/store/quota.ts";
import { type Compute, route } from "../kit.ts";
import { defaultLimits } from "../quota/quota.store.ts";
import { number, pageSize } from "../words.ts";
import { groupRules as rule } from "./server-group.rules.ts";
import { type CreateGroup, createBody, type ListGroups, listQuery } from "./server-group.schema.ts";
import {
  countServerGroups,
  deleteServerGroup,
  getServerGroup,
  insertServerGroup,
  listServerGroups,
  membersOf,
} from "./server-group.store.ts";
import type { ServerGroup } from "./server-group.ts";
import { shown } from "./server-group.view.ts";

const gone = { "2.1": 204 };

export const serverGroupRoutes = [
  route({ on: "GET /os-server-groups", rule: rule.index, query: listQuery, of: owner, run: list }),
  route({ on: "POST /os-server-groups", rule: rule.create, body: createBody, of: owner, run: create }),
  route({ on: "GET /os-server-groups/{id}", rule: rule.show, of: load, run: show }),
  route({ on: "DELETE /os-server-groups/{id}", rule: rule.delete, status: gone, of: load, run: remove }),
];

interface Owner {
  readonly projectId: string;
}

function owner({ actor }: Ctx<Compute>): Owner {
  return { projectId: actor.projectId ?? "" };
}

function load({ db }: Ctx<Compute>, { path }: { path: { readonly id: string } }): Promise<ServerGroup> {
  return getServerGroup(db, path.id);
}

/** Those of all projects only for those who may; others who ask get their own, as in Nova. */
async function list(ctx: Ctx<Compute>, { projectId }: Owner, { query }: { query: ListGroups }) {
  const everybody = query.all_projects !== undefined && ctx.may(rule["index:all_projects"], {});
  const page = { offset: Number(query.offset ?? 0), limit: pageSize(query) };
  const its = await listServerGroups(ctx.db, { projectId: everybody ? null : projectId, ...page });
  const ids = its.map((it) => it.id);
  const members = await membersOf(ctx.db, ids);
  return { server_groups: its.map((it) => shown(it, members.get(it.id) ?? [], ctx.version)) };
}

async function create(ctx: Ctx<Compute>, { projectId }: Owner, { body }: { body: CreateGroup }) {
  const { name, policy = body.server_group.policies?.[0] ?? "affinity", rules } = body.server_group;
  const most = rules?.max_server_per_host;
  if (most !== undefined && policy !== "anti-affinity") throw badRequest("Only anti-affinity policy supports rules.");
  await ensureRoom(ctx, projectId);
  const maxPerHost = most === undefined ? null : number("max_server_per_host", most, 1);
  const { userId } = ctx.actor;
  const it: ServerGroup = { id: ctx.newId(), projectId, userId, name, policy, maxPerHost, createdAt: ctx.now };
  await insertServerGroup(ctx.db, it);
  return { server_group: shown(it, [], ctx.version) };
}

async function ensureRoom(ctx: Ctx<Compute>, projectId: string): Promise<void> {
  return withinQuota(ctx, {
    service: "compute",
    projectId,
    defaults: await defaultLimits(ctx),
    asked: { server_groups: 1 },
    used: async (projectIds) => ({ server_groups: await countServerGroups(ctx.db, projectIds) }),
    refuse: () => forbidden("Quota exceeded, too many server groups."),
  });
}

async function show({ db, version }: Ctx<Compute>, it: ServerGroup) {
  const members = await membersOf(db, [it.id]);
  return { server_group: shown(it, members.get(it.id) ?? [], version) };
}

async function remove({ db }: Ctx<Compute>, { id }: ServerGroup) {
  await deleteServerGroup(db, id);
}
