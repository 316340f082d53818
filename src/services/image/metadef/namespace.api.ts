import { Type } from "typebox";
import { conflict, forbidden, notFound } from "#platform/api/errors.ts";
import { shapes } from "#platform/api/versions.ts";
import { type Ctx, reply } from "#platform/service/kit.ts";
import { isAdmin } from "../actor.ts";
import { type ImageScope, route } from "../kit.ts";
import { requireFit, requireNone } from "../schema/fits.ts";
import { insertInto } from "./definition.api.ts";
import { last, type Query, readLimit, readSort, readVisibility } from "./metadef.query.ts";
import { rule } from "./metadef.rules.ts";
import { namespaceSchema } from "./metadef.schema.ts";
import {
  changeNamespace,
  deleteDefinitions,
  deleteNamespace,
  findNamespace,
  insertNamespace,
  listAssociations,
  listDefinitions,
  listNamespaces,
} from "./metadef.store.ts";
import { pageLinks, shownAssociation, shownNamespace, shownWhole } from "./metadef.view.ts";
import { load, type OfNamespace } from "./namespace.load.ts";
import type { Kind, Namespace } from "./namespace.ts";
import { associate, type NewAssociation } from "./resource-type.api.ts";

const many = "/metadefs/namespaces";
const one = `${many}/{namespace_name}` as const;
const gone = { "2.16": 204 };
const body = shapes<NewNamespace>({ "2.16": Type.Object({}, { additionalProperties: true }) });
const query = shapes<Query>({
  "2.16": Type.Object({}, { additionalProperties: Type.Union([Type.String(), Type.Array(Type.String())]) }),
});

/** https://docs.openstack.org/api-ref/image/v2/metadefs-index.html#metadata-definition-namespaces */
export const namespaceRoutes = [
  route({ on: `GET ${many}`, rule: rule.get_metadef_namespaces, query, of: mine, run: list }),
  route({ on: `POST ${many}`, rule: rule.add_metadef_namespace, body, status: { "2.16": 201 }, of: mine, run: create }),
  route({ on: `GET ${one}`, rule: rule.get_metadef_namespace, query, of: load, run: show }),
  route({ on: `PUT ${one}`, rule: rule.modify_metadef_namespace, body, of: load, run: update }),
  route({ on: `DELETE ${one}`, rule: rule.delete_metadef_namespace, status: gone, of: load, run: remove }),
  route({
    on: `DELETE ${one}/objects`,
    rule: rule.delete_metadef_namespace,
    status: gone,
    of: load,
    run: empty("object"),
  }),
  route({
    on: `DELETE ${one}/properties`,
    rule: rule.delete_metadef_namespace,
    status: gone,
    of: load,
    run: empty("property"),
  }),
  route({ on: `DELETE ${one}/tags`, rule: rule.delete_metadef_tags, status: gone, of: load, run: empty("tag") }),
];

type Own = Ctx<ImageScope>;
export interface NewNamespace {
  readonly namespace: string;
  readonly display_name?: string;
  readonly description?: string;
  readonly visibility?: Namespace["visibility"];
  readonly protected?: boolean;
  readonly owner?: string;
  readonly objects?: readonly { readonly name: string }[];
  readonly properties?: Readonly<Record<string, object>>;
  readonly tags?: readonly { readonly name: string }[];
  readonly resource_type_associations?: readonly NewAssociation[];
}

function mine({ actor }: Own) {
  return { projectId: actor.projectId };
}

async function list({ db, actor }: Own, _: object, { query }: { query: Query }) {
  const marker = last(query, "marker");
  const after = marker === undefined ? undefined : await findNamespace(db, marker);
  if (marker !== undefined && !after) throw notFound(`Metadata definition namespace=${marker} was not found.`);
  const limit = readLimit(query) ?? 25;
  const seenBy = isAdmin(actor) ? null : (actor.projectId ?? "");
  const filter = {
    seenBy,
    visibility: readVisibility(query),
    resourceTypes: last(query, "resource_types")?.split(","),
  };
  const found = await listNamespaces(db, filter, { sort: readSort(query, "namespaces"), after, limit });
  const about = await listAssociations(
    db,
    found.map(({ id }) => id),
  );
  const next = limit > 0 && found.length === limit ? found.at(-1)?.namespace : undefined;
  return {
    namespaces: found.map((it) =>
      withTypes(
        it,
        about.filter(({ namespaceId }) => namespaceId === it.id),
      ),
    ),
    ...pageLinks("/v2/metadefs/namespaces", query, next),
    schema: "/v2/schemas/metadefs/namespaces",
  };
}

function withTypes(it: Namespace, types: Awaited<ReturnType<typeof listAssociations>>) {
  return {
    ...shownNamespace(it),
    ...(types.length && { resource_type_associations: types.map(shownAssociation) }),
  };
}

async function create(ctx: Own, _: object, { body }: { body: NewNamespace }) {
  requireSound(body);
  const { db, now, newId, actor } = ctx;
  const it = { id: newId(), createdAt: now, updatedAt: now, ...asked(body, actor.projectId ?? null) };
  if (!(await insertNamespace(db, it))) throw taken(it.namespace);
  await fill(ctx, it, body);
  return reply(shownWhole(it, await within(ctx, it)), {
    headers: { location: `${ctx.url}/metadefs/namespaces/${it.namespace}` },
  });
}

function requireSound(body: NewNamespace) {
  requireNone(["self", "schema", "created_at", "updated_at"], body);
  requireFit(namespaceSchema, body);
}

function asked(body: NewNamespace, projectId: string | null) {
  return {
    namespace: body.namespace,
    displayName: body.display_name ?? null,
    description: body.description ?? null,
    visibility: body.visibility ?? "private",
    protected: body.protected ?? false,
    owner: body.owner ?? projectId,
  };
}

function taken(namespace: string) {
  return conflict(`The metadata definition namespace=${namespace} already exists.`);
}

/** What a document brings with its namespace: all of it, or none. */
async function fill(ctx: Own, it: Namespace, body: NewNamespace) {
  for (const one of body.resource_type_associations ?? []) await associate(ctx, it, one);
  for (const { name, ...rest } of body.objects ?? []) await insertInto(ctx, it, "object", name, rest);
  for (const [name, rest] of Object.entries(body.properties ?? {})) await insertInto(ctx, it, "property", name, rest);
  for (const { name } of body.tags ?? []) await insertInto(ctx, it, "tag", name, {});
}

async function within({ db }: Own, { id }: Namespace) {
  return {
    objects: await listDefinitions(db, id, "object"),
    properties: await listDefinitions(db, id, "property"),
    tags: await listDefinitions(db, id, "tag"),
    associations: await listAssociations(db, [id]),
  };
}

async function show(ctx: Own, { it }: OfNamespace, { query }: { query: Query }) {
  const all = await within(ctx, it);
  const prefix = all.associations.find(({ name }) => name === last(query, "resource_type"))?.prefix;
  return shownWhole(it, all, prefix ?? "");
}

async function update({ db, now, actor }: Own, { it }: OfNamespace, { body }: { body: NewNamespace }) {
  requireSound(body);
  if (body.namespace !== it.namespace && (await findNamespace(db, body.namespace))) throw taken(body.namespace);
  const to = { ...asked(body, actor.projectId ?? null), updatedAt: now };
  await changeNamespace(db, it.id, to);
  return shownNamespace({ ...it, ...to });
}

async function remove({ db }: Own, { it }: OfNamespace) {
  if (it.protected)
    throw forbidden(`Metadata definition namespace ${it.namespace} is protected and cannot be deleted.`);
  await deleteNamespace(db, it.id);
}

function empty(kind: Kind) {
  return async ({ db }: Own, { it }: OfNamespace) => {
    if (it.protected)
      throw forbidden(`Metadata definition namespace ${it.namespace} is protected and cannot be deleted.`);
    await deleteDefinitions(db, it.id, kind);
  };
}
