import type { AnyRoute } from "#platform/service/kit.ts";
import type { NetworkScope } from "../kit.ts";
import { route } from "../kit.ts";
import { no, wrong } from "../refusals.ts";
import type { NetworkTables } from "../tables.ts";
import type { Sent } from "./body.ts";
import { anyBody, type Context, getOwn, getSeen, type Resource } from "./resource.api.ts";
import { tagRules } from "./resource.rules.ts";
import { changeRow } from "./resource.store.ts";
import type { Standard } from "./resource.ts";

type Tagged = Standard & { readonly tags: readonly string[] };

/** The routes of a resource's tags. */
export function tagRoutes<R extends Tagged, N>(
  it: Resource<R, N>,
  table: keyof NetworkTables,
): AnyRoute<NetworkScope>[] {
  const rule = tagRules(it.many, it.one.replaceAll("_", " "));
  const tags = `/${it.path ?? it.many}/{id}/tags` as const;
  const seen = async (ctx: Context, { path }: { path: { id: string } }) => ({
    row: await getSeen(it, ctx, path.id),
    projectId: ctx.actor.projectId,
  });
  const own =
    (way: "update" | "delete") =>
    (ctx: Context, { path }: { path: { id: string } }) =>
      getOwn(it, ctx, path.id, rule[way]);
  const set = (ctx: Context, row: R, to: readonly string[]) =>
    changeRow(ctx.db, table, row.id, { tags: to } as Partial<NetworkTables[typeof table]>, ctx.now);

  return [
    route({ on: `GET ${tags}`, rule: rule.get, of: seen, run: (_, { row }) => ({ tags: row.tags }) }),
    route({
      on: `PUT ${tags}`,
      rule: rule.update,
      body: anyBody,
      of: own("update"),
      async run(ctx, { row }, { body }) {
        const to = readTags(body);
        await set(ctx, row, to);
        return { tags: to };
      },
    }),
    route({
      on: `DELETE ${tags}`,
      rule: rule.delete,
      status: { "2.0": 204 },
      of: own("delete"),
      async run(ctx, { row }) {
        await set(ctx, row, []);
      },
    }),
    route({
      on: `GET ${tags}/{tag}`,
      rule: rule.get,
      status: { "2.0": 204 },
      of: seen,
      run(_, { row }, { path }) {
        if (!row.tags.includes(path.tag)) throw no.tag(path.tag);
      },
    }),
    route({
      on: `PUT ${tags}/{tag}`,
      rule: rule.update,
      status: { "2.0": 201 },
      of: own("update"),
      async run(ctx, { row }, { path }) {
        const to = readTags({ tags: [...new Set([...row.tags, path.tag])] });
        if (to.length > row.tags.length) await set(ctx, row, to);
      },
    }),
    route({
      on: `DELETE ${tags}/{tag}`,
      rule: rule.delete,
      status: { "2.0": 204 },
      of: own("delete"),
      async run(ctx, { row }, { path }) {
        if (!row.tags.includes(path.tag)) throw no.tag(path.tag);
        await set(
          ctx,
          row,
          row.tags.filter((tag) => tag !== path.tag),
        );
      },
    }),
  ];
}

const longest = 255;
const most = 50;

/** The tags that a body asks for, each once. */
function readTags({ tags }: Sent): readonly string[] {
  if (tags === undefined) throw wrong.input("Invalid tags body");
  if (!Array.isArray(tags)) throw wrong.input(`'${tags}' is not a list`);
  for (const tag of tags) {
    if (typeof tag !== "string") throw wrong.input(`'${tag}' is not a valid string`);
    if (tag.length > longest) throw wrong.input(`'${tag}' exceeds maximum length of ${longest}`);
    if (tag === "" || tag.includes(",")) throw wrong.input(`'${tag}' is not a valid tag`);
  }
  if (new Set(tags).size > most) throw wrong.input(`The number of tags exceed the per-resource limit of ${most}`);
  return [...new Set(tags as string[])];
}
