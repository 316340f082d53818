import { Type } from "typebox";
import { forbidden } from "#platform/api/errors.ts";
import { shapes } from "#platform/api/versions.ts";
import type { Ctx } from "#platform/service/kit.ts";
import { type ImageScope, route } from "../kit.ts";
import { requireFit, requireNone } from "../schema/fits.ts";
import { getDefinition, insertInto, removeFrom, rewrite } from "./definition.api.ts";
import { last, type Query, readLimit, readSort, readVisibility } from "./metadef.query.ts";
import { rule } from "./metadef.rules.ts";
import { tagListSchema, tagSchema } from "./metadef.schema.ts";
import { deleteDefinitions, listDefinitions } from "./metadef.store.ts";
import { shownTag } from "./metadef.view.ts";
import { load, type OfNamespace } from "./namespace.load.ts";

const many = "/metadefs/namespaces/{namespace_name}/tags";
const one = `${many}/{tag_name}` as const;
const made = { "2.16": 201 };
const body = shapes<never>({ "2.16": Type.Object({}, { additionalProperties: true }) });
const query = shapes<Query>({
  "2.16": Type.Object({}, { additionalProperties: Type.Union([Type.String(), Type.Array(Type.String())]) }),
});

/** https://docs.openstack.org/api-ref/image/v2/metadefs-index.html#metadata-definition-tags */
export const tagRoutes = [
  route({ on: `GET ${many}`, rule: rule.get_metadef_tags, query, of: load, run: list }),
  route({ on: `POST ${many}`, rule: rule.add_metadef_tags, body, status: made, of: load, run: createAll }),
  route({ on: `GET ${one}`, rule: rule.get_metadef_tag, of: load, run: show }),
  route({ on: `POST ${one}`, rule: rule.add_metadef_tag, status: made, of: load, run: create }),
  route({ on: `PUT ${one}`, rule: rule.modify_metadef_tag, body, of: load, run: update }),
  route({ on: `DELETE ${one}`, rule: rule.delete_metadef_tag, status: { "2.16": 204 }, of: load, run: remove }),
];

type Own = Ctx<ImageScope>;
interface Named {
  readonly path: { readonly tag_name: string };
}
interface Tag {
  readonly name: string;
}

async function list(ctx: Own, { it }: OfNamespace, { query }: { query: Query }) {
  readVisibility(query);
  const marker = last(query, "marker");
  const after = marker ? await getDefinition(ctx, it, "tag", marker) : undefined;
  const page = { sort: readSort(query, "definitions"), after, limit: readLimit(query) };
  return shownTags(await listDefinitions(ctx.db, it.id, "tag", page));
}

function shownTags(tags: readonly Tag[]) {
  return { tags: tags.map(({ name }) => ({ name })) };
}

/** The namespace's tags are these from now on, or these too. */
async function createAll(ctx: Own, { it }: OfNamespace, { body }: { body: { tags?: readonly Tag[] } }) {
  requireNone(["created_at", "updated_at"], body);
  requireFit(tagListSchema, body);
  const adds = /^(1|t|true|on|y|yes)$/i.test(ctx.headers["x-openstack-append"] ?? "");
  if (!adds) await deleteDefinitions(ctx.db, it.id, "tag");
  const tags = body.tags ?? [];
  for (const { name } of tags) await insertInto(ctx, it, "tag", name, {});
  return shownTags(tags);
}

async function show(ctx: Own, { it }: OfNamespace, { path }: Named) {
  return shownTag(await getDefinition(ctx, it, "tag", path.tag_name));
}

async function create(ctx: Own, { it }: OfNamespace, { path: { tag_name: name } }: Named) {
  requireFit(tagSchema, { name });
  return shownTag(await insertInto(ctx, it, "tag", name, {}));
}

async function update(ctx: Own, { it }: OfNamespace, { path, body }: Named & { body: Tag }) {
  requireNone(["created_at", "updated_at"], body);
  requireFit(tagSchema, body);
  const before = await getDefinition(ctx, it, "tag", path.tag_name);
  return shownTag(await rewrite(ctx, it, before, body.name, {}));
}

async function remove(ctx: Own, { it }: OfNamespace, { path }: Named) {
  if (it.protected) throw forbidden(`Metadata definition tag ${path.tag_name} is protected and cannot be deleted.`);
  await removeFrom(ctx, it, "tag", path.tag_name);
}
