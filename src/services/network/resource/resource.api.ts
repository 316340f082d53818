import { Type } from "typebox";
import type { ApiError } from "#platform/api/errors.ts";
import type { Rule } from "#platform/api/rules.ts";
import { shapes } from "#platform/api/versions.ts";
import { type AnyRoute, type Ctx, reply, type World } from "#platform/service/kit.ts";
import { type NetworkScope, route, stream } from "../kit.ts";
import { notAuthorized, staleRevision } from "../refusals.ts";
import { type Attributes, spell } from "./attribute.ts";
import { type Item, readCreate, readUpdate, type Sent } from "./body.ts";
import { type Asked, pageLinks, pick, type Query, readQuery } from "./listing.ts";
import { type ResourceRules, seesAll } from "./resource.rules.ts";
import type { Standard } from "./resource.ts";

export type Context = Ctx<NetworkScope>;
/** What a resource is made of, for the routes that all resources have. `N` is what a POST reads, in the API's own names. */
export interface Resource<R extends Standard, N> {
  readonly one: string;
  readonly many: string;
  /** Its collection in the URL; as `many` where nothing is said. */
  readonly path?: string;
  readonly rules: ResourceRules;
  readonly attributes: Attributes;
  /** Rules for single attributes, by their names: "create_network:shared". */
  readonly guards?: Readonly<Record<string, Rule>>;
  missing(id: string): ApiError;
  /** What the actor may see of it. */
  find(ctx: Context, id: string): Promise<R | undefined>;
  list(ctx: Context, asked: Asked): Promise<readonly R[]>;
  /** What must be there before somebody looks: makes it where it is missing. */
  prepare?(world: World<NetworkScope>, ctx: Context): Promise<void>;
  views(ctx: Context, rows: readonly R[]): Promise<readonly object[]>;
  create(ctx: Context, asked: N, projectId: string): Promise<R>;
  change?(ctx: Context, row: R, asked: Partial<N>): Promise<R>;
  remove(ctx: Context, row: R): Promise<void>;
}

export const anyBody = shapes<Sent>({ "2.0": Type.Record(Type.String(), Type.Unknown()) });
export const anyQuery = shapes<Query>({
  "2.0": Type.Record(Type.String(), Type.Union([Type.String(), Type.Array(Type.String())])),
});

/** The five routes of a resource. */
export function resourceRoutes<R extends Standard, N>(it: Resource<R, N>): AnyRoute<NetworkScope>[] {
  const all = `/${it.path ?? it.many}`;
  const { rules: rule } = it;
  return [
    listRoute(it, all),
    route({
      on: `POST ${all}`,
      rule: rule.create,
      body: anyBody,
      status: { "2.0": 201 },
      of: (ctx, { body }) => toCreate(it, ctx, body),
      run: (ctx, { items }, { body }) => createAll(it, ctx, items, it.many in body),
    }),
    route({
      on: `GET ${all}/{id}`,
      rule: rule.get,
      query: anyQuery,
      of: async (ctx, { path }) => ({ row: await getSeen(it, ctx, path.id), projectId: ctx.actor.projectId }),
      run: async (ctx, { row }, { query }) => ({ [it.one]: pick(await viewOf(it, ctx, row), readQuery(query).fields) }),
    }),
    ...(it.change
      ? [
          route({
            on: `PUT ${all}/{id}`,
            rule: rule.update,
            body: anyBody,
            of: (ctx, { path }) => getOwn(it, ctx, path.id, rule.update),
            run: (ctx, { row }, { body }) => changeOne(it, ctx, row, body),
          }),
        ]
      : []),
    route({
      on: `DELETE ${all}/{id}`,
      rule: rule.delete,
      status: { "2.0": 204 },
      of: (ctx, { path }) => getOwn(it, ctx, path.id, rule.delete),
      async run(ctx, { row }) {
        checkRevision(ctx, row, it.one);
        await it.remove(ctx, row);
      },
    }),
  ];
}

function listRoute<R extends Standard, N>(it: Resource<R, N>, all: string): AnyRoute<NetworkScope> {
  const { prepare } = it;
  const asks = { on: `GET ${all}` as const, rule: it.rules.get, query: anyQuery };
  const of = ({ actor }: Context) => ({ projectId: actor.projectId });
  if (!prepare) return route({ ...asks, of, run: (ctx, _, { query }) => showAll(it, ctx, query, all) });
  return stream({
    ...asks,
    of,
    async stream(world, _, { query, ctx }) {
      await prepare(world, ctx);
      return reply(await showAll(it, ctx, query, all));
    },
  });
}

/** What a route of a part of a resource (its tags, its actions) is about. */
export async function getOwn<R extends Standard, N>(it: Resource<R, N>, ctx: Context, id: string, rule: Rule) {
  const row = await getSeen(it, ctx, id);
  if (!ctx.may(rule, { projectId: row.projectId })) throw notAuthorized(rule.name);
  return { row, projectId: row.projectId || ctx.actor.projectId };
}

export async function getSeen<R extends Standard, N>(it: Resource<R, N>, ctx: Context, id: string): Promise<R> {
  const row = await it.find(ctx, id);
  if (!row) throw it.missing(id);
  return row;
}

/** Whose rows the actor sees: everybody's (null) or one project's. */
export function sight(ctx: Context): string | null {
  return ctx.may(seesAll, {}) ? null : (ctx.actor.projectId ?? "");
}

async function showAll<R extends Standard, N>(it: Resource<R, N>, ctx: Context, query: Query, all: string) {
  const asked = readQuery(query);
  const rows = await it.list(ctx, asked);
  const views = await it.views(ctx, rows);
  const links = pageLinks({ url: ctx.url + all, query, asked, ids: rows.map((row) => row.id) });
  return {
    [it.many]: views.map((view) => pick(view, asked.fields)),
    ...(links.length > 0 && { [`${it.many}_links`]: links }),
  };
}

function toCreate<R extends Standard, N>(it: Resource<R, N>, ctx: Context, body: Sent) {
  const items = readCreate(it, body, ctx.actor.projectId, ctx.may(seesAll, {}));
  return { items, projectId: items[0]!.projectId };
}

async function createAll<R extends Standard, N>(
  it: Resource<R, N>,
  ctx: Context,
  items: readonly Item[],
  bulk: boolean,
) {
  const rows: R[] = [];
  for (const { read, projectId } of items) {
    guard(it, ctx, "create", read, projectId);
    rows.push(await it.create(ctx, read as N, projectId));
  }
  const views = await it.views(ctx, rows);
  return bulk ? { [it.many]: views } : { [it.one]: views[0] };
}

async function changeOne<R extends Standard, N>(it: Resource<R, N>, ctx: Context, row: R, body: Sent) {
  checkRevision(ctx, row, it.one);
  const read = readUpdate(it, body);
  guard(it, ctx, "update", read, row.projectId);
  return { [it.one]: await viewOf(it, ctx, await it.change!(ctx, row, read as Partial<N>)) };
}

/** Refuses attributes that the actor may not set; a default that is spelled out asks for nothing. */
function guard<R extends Standard, N>(it: Resource<R, N>, ctx: Context, way: string, read: Sent, projectId: string) {
  for (const [name, value] of Object.entries(read)) {
    const rule = it.guards?.[`${way}_${it.one}:${name}`];
    const silent = way === "create" && spell(value) === spell(it.attributes[name]?.default);
    if (rule && !silent && !ctx.may(rule, { projectId })) throw notAuthorized(`${way}_${it.one}`, rule.name);
  }
}

export async function viewOf<R extends Standard, N>(it: Resource<R, N>, ctx: Context, row: R): Promise<object> {
  return (await it.views(ctx, [row]))[0]!;
}

function checkRevision(ctx: Context, row: Standard, one: string) {
  const asked = /^revision_number=(\d+)$/.exec(ctx.headers["if-match"] ?? "")?.[1];
  if (asked !== undefined && Number(asked) !== row.revision) throw staleRevision(`${one} ${row.id}`, Number(asked));
}
