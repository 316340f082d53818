import { Type } from "typebox";
import { forbidden, notFound } from "#platform/api/errors.ts";
import { shapes } from "#platform/api/versions.ts";
import type { Ctx } from "#platform/service/kit.ts";
import { type ImageScope, route } from "../kit.ts";
import { requireFit, requireNone } from "../schema/fits.ts";
import { getDefinition, insertInto, removeFrom, rewrite } from "./definition.api.ts";
import { last, type Query } from "./metadef.query.ts";
import { rule } from "./metadef.rules.ts";
import { propertySchema } from "./metadef.schema.ts";
import { listAssociations, listDefinitions } from "./metadef.store.ts";
import { shownProperties, shownProperty } from "./metadef.view.ts";
import { load, type OfNamespace } from "./namespace.load.ts";
import type { Namespace } from "./namespace.ts";

const many = "/metadefs/namespaces/{namespace_name}/properties";
const one = `${many}/{property_name}` as const;
const body = shapes<NewProperty>({ "2.16": Type.Object({}, { additionalProperties: true }) });
const query = shapes<Query>({
  "2.16": Type.Object({}, { additionalProperties: Type.Union([Type.String(), Type.Array(Type.String())]) }),
});

/** https://docs.openstack.org/api-ref/image/v2/metadefs-index.html#metadata-definition-properties */
export const propertyRoutes = [
  route({ on: `GET ${many}`, rule: rule.get_metadef_properties, of: load, run: list }),
  route({ on: `POST ${many}`, rule: rule.add_metadef_property, body, status: { "2.16": 201 }, of: load, run: create }),
  route({ on: `GET ${one}`, rule: rule.get_metadef_property, query, of: load, run: show }),
  route({ on: `PUT ${one}`, rule: rule.modify_metadef_property, body, of: load, run: update }),
  route({ on: `DELETE ${one}`, rule: rule.remove_metadef_property, status: { "2.16": 204 }, of: load, run: remove }),
];

type Own = Ctx<ImageScope>;
interface Named {
  readonly path: { readonly property_name: string };
}
interface NewProperty {
  readonly name: string;
}

async function list({ db }: Own, { it }: OfNamespace) {
  return { properties: shownProperties(await listDefinitions(db, it.id, "property")) };
}

async function create(ctx: Own, { it }: OfNamespace, { body }: { body: NewProperty }) {
  requireSound(body);
  const { name, ...rest } = body;
  return shownProperty(await insertInto(ctx, it, "property", name, rest));
}

function requireSound(body: NewProperty) {
  requireNone(["created_at", "updated_at"], body);
  requireFit(propertySchema, body);
}

/** Asked for with a resource type, the name is the one that the property has there. */
async function show(ctx: Own, { it }: OfNamespace, { path, query }: Named & { query: Query }) {
  const type = last(query, "resource_type");
  const name = type ? await withoutPrefix(ctx, it, path.property_name, type) : path.property_name;
  return shownProperty(await getDefinition(ctx, it, "property", name));
}

async function withoutPrefix({ db }: Own, { id, namespace }: Namespace, name: string, type: string): Promise<string> {
  const found = (await listAssociations(db, [id])).find((one) => one.name === type);
  if (!found)
    throw notFound(
      `The metadata definition resource-type association of resource-type=${type} to namespace=${namespace}, was not found.`,
    );
  if (found.prefix && name.startsWith(found.prefix)) return name.slice(found.prefix.length);
  throw notFound(
    `Property ${name} does not start with the expected resource type association prefix of '${found.prefix ?? "None"}'.`,
  );
}

async function update(ctx: Own, { it }: OfNamespace, { path, body }: Named & { body: NewProperty }) {
  requireSound(body);
  const { name, ...rest } = body;
  const before = await getDefinition(ctx, it, "property", path.property_name);
  return shownProperty(await rewrite(ctx, it, before, name, rest));
}

async function remove(ctx: Own, { it }: OfNamespace, { path }: Named) {
  if (it.protected)
    throw forbidden(`Metadata definition property ${path.property_name} is protected and cannot be deleted.`);
  await removeFrom(ctx, it, "property", path.property_name);
}
