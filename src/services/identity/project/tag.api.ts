import { badRequest, notFound } from "#platform/api/errors.ts";
import { reply } from "#platform/service/kit.ts";
import { mutable } from "../errors.ts";
import { type Context, route } from "../kit.ts";
import { self } from "../links.view.ts";
import { anyQuery, held, loose } from "../shapes.schema.ts";
import { type Loaded, load } from "./project.api.ts";
import { projectRules as rule } from "./project.rules.ts";
import { tags } from "./project.schema.ts";
import { changeProject } from "./project.store.ts";

const at = "/projects/{id}/tags";
const gone = { "3.14": 204 } as const;
const body = held<{ tags: string[] }>(loose({ tags }));
const query = anyQuery;

export const tagRoutes = [
  route({ on: `GET ${at}`, rule: rule.list_project_tags, query, of: load, run: list }),
  route({ on: `PUT ${at}`, rule: rule.update_project_tags, body, of: load, run: replace }),
  route({ on: `DELETE ${at}`, rule: rule.delete_project_tags, status: gone, of: load, run: clear }),
  route({ on: `GET ${at}/{tag}`, rule: rule.get_project_tag, query, status: gone, of: load, run: show }),
  route({ on: `PUT ${at}/{tag}`, rule: rule.create_project_tag, of: load, run: add }),
  route({ on: `DELETE ${at}/{tag}`, rule: rule.delete_project_tag, status: gone, of: load, run: remove }),
];

interface Tagged {
  readonly path: { readonly id: string; readonly tag: string };
}

function list(ctx: Context, { it }: Loaded) {
  return { tags: it.tags, ...self(ctx, `/projects/${it.id}/tags`) };
}

async function replace(ctx: Context, { it }: Loaded, { body }: { body: { tags: string[] } }) {
  mutable("project", it, {});
  await changeProject(ctx.db, it, { tags: body.tags });
  return { tags: body.tags, ...self(ctx, `/projects/${it.id}/tags`) };
}

async function clear({ db }: Context, { it }: Loaded) {
  mutable("project", it, {});
  await changeProject(db, it, { tags: [] });
}

function show(_: Context, { it }: Loaded, { path }: Tagged) {
  required(it.tags, path.tag);
}

async function add(ctx: Context, { it }: Loaded, { path }: Tagged) {
  mutable("project", it, {});
  sensible(path.tag, it.tags);
  const location = `${ctx.url}/projects/${it.id}/tags/${encodeURIComponent(path.tag)}`;
  await changeProject(ctx.db, it, { tags: [...new Set([...it.tags, path.tag])] });
  return reply(undefined, { status: 201, headers: { location } });
}

async function remove({ db }: Context, { it }: Loaded, { path }: Tagged) {
  mutable("project", it, {});
  required(it.tags, path.tag);
  await changeProject(db, it, { tags: it.tags.filter((one) => one !== path.tag) });
}

/** As many, and as long, as a whole list may have them. */
function sensible(tag: string, present: readonly string[]) {
  if (tag.length > 255 || tag.includes(",")) throw badRequest(`Invalid input for field 'tag': '${tag}' is no tag.`);
  if (!present.includes(tag) && present.length >= 80)
    throw badRequest("Invalid input for field 'tags': there are 80 already.");
}

function required(tags: readonly string[], tag: string) {
  if (!tags.includes(tag)) throw notFound(`Could not find project tag: ${tag}.`);
}
