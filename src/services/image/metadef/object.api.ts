import { Type } from "typebox";
import { forbidden } from "#platform/api/errors.ts";
import { shapes } from "#platform/api/versions.ts";
import type { Ctx } from "#platform/service/kit.ts";
import { type ImageScope, route } from "../kit.ts";
import { requireFit, requireNone } from "../schema/fits.ts";
import { getDefinition, insertInto, removeFrom, rewrite } from "./definition.api.ts";
import { last, type Query, readLimit, readSort, readVisibility } from "./metadef.query.ts";
import { rule } from "./metadef.rules.ts";
import { nestedPropertySchema, objectSchema } from "./metadef.schema.ts";
import { listDefinitions } from "./metadef.store.ts";
import { shownObject } from "./metadef.view.ts";
import { load, type OfNamespace } from "./namespace.load.ts";

const many = "/metadefs/namespaces/{namespace_name}/objects";
const one = `${many}/{object_name}` as const;
const body = shapes<NewObject>({ "2.16": Type.Object({}, { additionalProperties: true }) });
const query = shapes<Query>({
  "2.16": Type.Object({}, { additionalProperties: Type.Union([Type.String(), Type.Array(Type.String())]) }),
});

/** https://docs.openstack.org/api-ref/image/v2/metadefs-index.html#metadata-definition-objects */
export const objectRoutes = [
  route({ on: `GET ${many}`, rule: rule.get_metadef_objects, query, of: load, run: list }),
  route({ on: `POST ${many}`, rule: rule.add_metadef_object, body, status: { "2.16": 201 }, of: load, run: create }),
  route({ on: `GET ${one}`, rule: rule.get_metadef_object, of: load, run: show }),
  route({ on: `PUT ${one}`, rule: rule.modify_metadef_object, body, of: load, run: update }),
  route({ on: `DELETE ${one}`, rule: rule.delete_metadef_object, status: { "2.16": 204 }, of: load, run: remove }),
];

type Own = Ctx<ImageScope>;
interface Named {
  readonly path: { readonly object_name: string };
}
interface NewObject {
  readonly name: string;
  readonly description?: string;
  readonly required?: readonly string[];
  readonly properties?: Readonly<Record<string, object>>;
}

async function list(ctx: Own, { it }: OfNamespace, { query }: { query: Query }) {
  readVisibility(query);
  const marker = last(query, "marker");
  const after = marker ? await getDefinition(ctx, it, "object", marker) : undefined;
  const page = { sort: readSort(query, "definitions"), after, limit: readLimit(query) };
  const objects = await listDefinitions(ctx.db, it.id, "object", page);
  return {
    objects: objects.map((one) => shownObject(it.namespace, one)),
    schema: "v2/schemas/metadefs/objects",
  };
}

async function create(ctx: Own, { it }: OfNamespace, { body }: { body: NewObject }) {
  requireSound(body);
  for (const property of Object.values(body.properties ?? {})) requireFit(nestedPropertySchema, property);
  const { name, ...rest } = body;
  return shownObject(it.namespace, await insertInto(ctx, it, "object", name, rest));
}

function requireSound(body: NewObject) {
  requireNone(["self", "schema", "created_at", "updated_at"], body);
  requireFit(objectSchema, body);
}

async function show(ctx: Own, { it }: OfNamespace, { path }: Named) {
  return shownObject(it.namespace, await getDefinition(ctx, it, "object", path.object_name));
}

async function update(ctx: Own, { it }: OfNamespace, { path, body }: Named & { body: NewObject }) {
  requireSound(body);
  const { name, ...rest } = body;
  const before = await getDefinition(ctx, it, "object", path.object_name);
  return shownObject(it.namespace, await rewrite(ctx, it, before, name, rest));
}

async function remove(ctx: Own, { it }: OfNamespace, { path }: Named) {
  if (it.protected)
    throw forbidden(`Metadata definition object ${path.object_name} is protected and cannot be deleted.`);
  await removeFrom(ctx, it, "object", path.object_name);
}
