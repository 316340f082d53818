import { badRequest, conflict, notFound } from "#platform/api/errors.ts";
import { atLeast } from "#platform/api/versions.ts";
import { type Context, isAdmin, linkingOf, type Owner, ownProject, route } from "../kit.ts";
import { anyQuery, isFalse, isTrue, type Query } from "../shapes.ts";
import { dict } from "../volume/volume.filter.ts";
import { links } from "../words.ts";
import { typeRules as rule, specRules } from "./volume-type.rules.ts";
import { type CreateType, createBody, type UpdateType, updateBody } from "./volume-type.schema.ts";
import {
  changeType,
  deleteTypeRow,
  findType,
  findTypeNamed,
  getDefaultType,
  insertType,
  isDefaultSomewhere,
  isTypeUsed,
  listTypes,
  typesOpenTo,
} from "./volume-type.store.ts";
import { defaultTypeName, readableSpecs, type VolumeType } from "./volume-type.ts";
import { type Sight, view } from "./volume-type.view.ts";

const accepted = { "3.0": 202 };
const query = anyQuery;
const of = loadType;

export const typeRoutes = [
  route({ on: "GET /types", rule: rule.type_get_all, query, of: ownProject, run: list }),
  route({ on: "POST /types", rule: rule.type_create, body: createBody, of: ownProject, run: create }),
  route({ on: "GET /types/default", rule: rule.type_get, of: loadDefault, run: show }),
  route({ on: "GET /types/{id}", rule: rule.type_get, of, run: show }),
  route({ on: "PUT /types/{id}", rule: rule.type_update, body: updateBody, of, run: update }),
  route({ on: "DELETE /types/{id}", rule: rule.type_delete, status: accepted, of, run: remove }),
];

/** A type, and the project of the one who looks at it: types belong to nobody. */
export interface Looked {
  readonly type: VolumeType;
  readonly projectId: string | undefined;
}

export async function loadType(ctx: Context, { path }: { path: { readonly id: string } }): Promise<Looked> {
  const type = await findType(ctx.db, path.id);
  if (!type || !(await mayKnow(ctx, type))) throw notFound(`Volume type ${path.id} could not be found.`);
  return { type, projectId: ctx.actor.projectId };
}

async function loadDefault({ db, actor: { projectId } }: Context): Promise<Looked> {
  return { type: await getDefaultType(db, projectId ?? ""), projectId };
}

async function list(ctx: Context, _owner: Owner, { query }: { query: Query }) {
  const known = await visibleTypes(ctx, query);
  const start = query.marker ? known.findIndex(({ id }) => id === query.marker) + 1 : Number(query.offset ?? 0);
  const shown = known.slice(start, query.limit ? start + Number(query.limit) : undefined);
  const next = query.limit && shown.length === Number(query.limit) && shown.at(-1);
  return {
    volume_types: shown.map((it) => view(it, sightOf(ctx))),
    ...(next && { volume_type_links: [{ rel: "next", href: nextHref(ctx, query, next.id) }] }),
  };
}

async function create(ctx: Context, _owner: Owner, { body: { volume_type: asked } }: { body: CreateType }) {
  const name = asked.name.trim();
  if (!name) throw badRequest("Volume type name can not be empty.");
  await requireFreeName(ctx, name);
  const open = asked["os-volume-type-access:is_public"];
  const it: VolumeType = {
    id: ctx.newId(),
    name,
    description: asked.description ?? null,
    isPublic: open === undefined || isTrue(open),
    extraSpecs: withoutNulls(asked.extra_specs ?? {}),
    createdAt: ctx.now,
    updatedAt: null,
  };
  await insertType(ctx.db, it);
  return { volume_type: view(it, { ...sightOf(ctx), qos: false }) };
}

function show(ctx: Context, { type }: Looked) {
  return { volume_type: view(type, sightOf(ctx)) };
}

async function update(ctx: Context, { type }: Looked, { body: { volume_type: asked } }: { body: UpdateType }) {
  const { description, is_public: open } = asked;
  const name = asked.name?.trim() ?? null;
  if (name === "") throw badRequest("Volume type name can not be empty.");
  if (name === null && (description ?? null) === null && (open ?? null) === null)
    throw badRequest("Specify volume type name, description, is_public or a combination thereof.");
  if (name && name !== type.name) await requireFreeName(ctx, name);
  const to = {
    ...(name && { name }),
    ...(typeof description === "string" && { description }),
    ...((open ?? null) !== null && { isPublic: isTrue(open) }),
    updatedAt: ctx.now,
  };
  await changeType(ctx.db, type.id, to);
  return { volume_type: view({ ...type, ...to }, { ...sightOf(ctx), qos: false, access: false }) };
}

async function remove(ctx: Context, { type }: Looked) {
  if (await isTypeUsed(ctx.db, type.id)) throw badRequest("Target volume type is still in use.");
  if (type.name === defaultTypeName || (await isDefaultSomewhere(ctx.db, type.id)))
    throw badRequest(`The volume type ${type.id} is a default volume type and cannot be deleted.`);
  await deleteTypeRow(ctx.db, type.id);
}

async function mayKnow(ctx: Context, { isPublic, id }: VolumeType): Promise<boolean> {
  return isPublic || isAdmin(ctx) || (await typesOpenTo(ctx.db, ctx.actor.projectId ?? "")).has(id);
}

async function visibleTypes(ctx: Context, query: Query): Promise<VolumeType[]> {
  const own = await typesOpenTo(ctx.db, ctx.actor.projectId ?? "");
  const specs = atLeast(ctx.version, "3.52") ? dict(query.extra_specs) : undefined;
  if (specs && !maySee(ctx, specs)) return [];
  return (await listTypes(ctx.db)).filter((it) => isAsked(ctx, query, it, own) && hasSpecs(it, specs));
}

/** Administrators choose between public, private and all (is_public=None); others see public ones and those opened to them. */
function isAsked(ctx: Context, query: Query, it: VolumeType, own: ReadonlySet<string>): boolean {
  if (!isAdmin(ctx)) return it.isPublic || own.has(it.id);
  const asked = query.is_public;
  if (asked !== undefined && isFalse(asked)) return !it.isPublic;
  return asked !== undefined && /^none$/i.test(asked) ? true : it.isPublic || (asked === undefined && own.has(it.id));
}

/** A filter by what one may not see would tell it. */
function maySee(ctx: Context, specs: object): boolean {
  return sightOf(ctx).sensitive || Object.keys(specs).every((key) => readableSpecs.includes(key));
}

function hasSpecs({ extraSpecs }: VolumeType, specs: Readonly<Record<string, string>> = {}): boolean {
  return Object.entries(specs).every(([key, value]) => extraSpecs[key] === value);
}

async function requireFreeName({ db }: Context, name: string) {
  if (await findTypeNamed(db, name)) throw conflict(`Volume Type ${name} already exists.`);
}

function withoutNulls(specs: Readonly<Record<string, string | null>>): Record<string, string> {
  return Object.fromEntries(Object.entries(specs).map(([key, value]) => [key, value ?? ""]));
}

function sightOf(ctx: Context): Sight {
  const { projectId } = ctx.actor;
  return {
    specs: ctx.may(rule.access_types_extra_specs, { projectId }),
    sensitive: ctx.may(specRules.read_sensitive, { projectId }),
    qos: ctx.may(rule.access_types_qos_specs_id, { projectId }),
    access: ctx.may(rule.volume_type_access, { projectId }),
  };
}

function nextHref(ctx: Context, query: Query, marker: string): string {
  return `${links(linkingOf(ctx), "types")[0]?.href}?${new URLSearchParams({ ...(query as Record<string, string>), marker })}`;
}
