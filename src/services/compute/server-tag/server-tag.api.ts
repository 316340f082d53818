import { badRequest, notFound } from "#platform/api/errors.ts";
import { type Ctx, reply } from "#platform/service/kit.ts";
import { type Compute, route } from "../kit.ts";
import { holdRow } from "../server/idle.load.ts";
import { load } from "../server/server.load.ts";
import { changeServer } from "../server/server.store.ts";
import type { Server } from "../server/server.ts";
import { tagRules as rule } from "./server-tag.rules.ts";
import { type TagsBody, tagsBody } from "./server-tag.schema.ts";
import { mostTags, whyNot } from "./server-tag.ts";

const all = "/servers/{id}/tags";
const one = `${all}/{tag}` as const;
const since = "2.26";
const gone = { "2.26": 204 };

export const serverTagRoutes = [
  route({ on: `GET ${all}`, since, rule: rule.index, of: load, run: (_ctx, { tags }) => ({ tags }) }),
  route({ on: `PUT ${all}`, since, rule: rule.update_all, body: tagsBody, of: load, run: replace }),
  route({ on: `DELETE ${all}`, since, rule: rule.delete_all, status: gone, of: load, run: clear }),
  route({ on: `GET ${one}`, since, rule: rule.show, status: gone, of: load, run: show }),
  route({ on: `PUT ${one}`, since, rule: rule.update, of: load, run: add }),
  route({ on: `DELETE ${one}`, since, rule: rule.delete, status: gone, of: load, run: remove }),
];

type Tags = readonly string[];
interface Tagged {
  readonly path: { readonly tag: string };
}

async function replace(ctx: Ctx<Compute>, it: Server, { body }: { body: TagsBody }) {
  return { tags: await change(ctx, it, () => [...new Set(body.tags)]) };
}

async function clear(ctx: Ctx<Compute>, it: Server) {
  await change(ctx, it, () => []);
}

function show(_ctx: Ctx<Compute>, { id, tags }: Server, { path: { tag } }: Tagged) {
  if (!tags.includes(tag)) throw absent(id, tag);
}

/** 201 for a new one, 204 for one that was there. */
async function add(ctx: Ctx<Compute>, it: Server, { path: { tag } }: Tagged) {
  const why = whyNot(tag);
  if (why) throw badRequest(why);
  if (it.tags.includes(tag)) return reply(undefined, { status: 204 });
  await change(ctx, it, (was) => [...new Set([...was, tag])]);
  return reply(undefined, {
    status: 201,
    headers: { location: `${ctx.url}/servers/${it.id}/tags/${encodeURIComponent(tag)}` },
  });
}

async function remove(ctx: Ctx<Compute>, it: Server, { path: { tag } }: Tagged) {
  await change(ctx, it, (was) => {
    if (!was.includes(tag)) throw absent(it.id, tag);
    return was.filter((one) => one !== tag);
  });
}

/** Reads again under the lock, so that of two writers neither loses the other's tags. */
async function change(ctx: Ctx<Compute>, it: Server, to: (was: Tags) => Tags): Promise<Tags> {
  const tags = to((await holdRow(ctx, it, "update tags")).tags);
  if (tags.length > mostTags) throw badRequest(`The number of tags exceeded the per-server limit ${mostTags}`);
  await changeServer(ctx.db, it.id, { tags, updatedAt: ctx.now });
  return tags;
}

function absent(serverId: string, tag: string) {
  return notFound(`Server ${serverId} has no tag '${tag}'`);
}
