import { Type } from "typebox";
import { conflict, forbidden, notFound } from "#platform/api/errors.ts";
import { shapes } from "#platform/api/versions.ts";
import type { Ctx, Tx } from "#platform/service/kit.ts";
import { type ImageScope, route } from "../kit.ts";
import { requireFit, requireNone } from "../schema/fits.ts";
import { rule } from "./metadef.rules.ts";
import { associationSchema } from "./metadef.schema.ts";
import {
  deleteAssociation,
  insertAssociation,
  learnResourceType,
  listAssociations,
  listResourceTypes,
} from "./metadef.store.ts";
import { shownAssociation, shownResourceType } from "./metadef.view.ts";
import { load, type OfNamespace } from "./namespace.load.ts";
import type { Association, Namespace } from "./namespace.ts";

const many = "/metadefs/namespaces/{namespace_name}/resource_types";
const one = `${many}/{resource_type}` as const;
const body = shapes<NewAssociation>({ "2.16": Type.Object({}, { additionalProperties: true }) });
const { add_metadef_resource_type_association: add, remove_metadef_resource_type_association: drop } = rule;

/** https://docs.openstack.org/api-ref/image/v2/metadefs-index.html#metadata-definition-resource-types */
export const resourceTypeRoutes = [
  route({ on: "GET /metadefs/resource_types", rule: rule.list_metadef_resource_types, of: mine, run: listAll }),
  route({ on: `GET ${many}`, rule: rule.get_metadef_resource_type, of: load, run: list }),
  route({ on: `POST ${many}`, rule: add, body, status: { "2.16": 201 }, of: load, run: create }),
  route({ on: `DELETE ${one}`, rule: drop, status: { "2.16": 204 }, of: load, run: remove }),
];

type Own = Ctx<ImageScope>;
export interface NewAssociation {
  readonly name: string;
  readonly prefix?: string;
  readonly properties_target?: string;
}

function mine({ actor }: Own) {
  return { projectId: actor.projectId };
}

async function listAll({ db }: Own) {
  return { resource_types: (await listResourceTypes(db)).map(shownResourceType) };
}

async function list({ db }: Own, { it }: OfNamespace) {
  return { resource_type_associations: (await listAssociations(db, [it.id])).map(shownAssociation) };
}

async function create(ctx: Own, { it }: OfNamespace, { body }: { body: NewAssociation }) {
  requireNone(["created_at", "updated_at"], body);
  requireFit(associationSchema, body);
  return shownAssociation(await associate(ctx, it, body));
}

/** Says that a namespace is about a resource type, which is known from then on. */
export async function associate(
  { db, now }: Tx<ImageScope>,
  { id, namespace }: Namespace,
  { name, prefix, properties_target: target }: NewAssociation,
): Promise<Association> {
  const times = { createdAt: now, updatedAt: now };
  await learnResourceType(db, { name, protected: false, ...times });
  const it = { namespaceId: id, name, prefix: prefix ?? null, propertiesTarget: target ?? null, ...times };
  if (!(await insertAssociation(db, it)))
    throw conflict(
      `The metadata definition resource-type association of resource-type=${name} to namespace=${namespace} already exists.`,
    );
  return it;
}

async function remove({ db }: Own, { it }: OfNamespace, { path }: { path: { resource_type: string } }) {
  const type = path.resource_type;
  if (it.protected)
    throw forbidden(`Metadata definition resource-type-association ${type} is protected and cannot be deleted.`);
  if (!(await deleteAssociation(db, it.id, type))) throw notFound(`Failed to find resource type ${type} to delete`);
}
