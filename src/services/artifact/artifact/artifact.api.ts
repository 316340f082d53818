import { Type } from "typebox";
import { badRequest } from "#platform/api/errors.ts";
import { shapes } from "#platform/api/versions.ts";
import { type Ctx, reply } from "#platform/service/kit.ts";
import { letGo } from "../blob/bytes.keeping.ts";
import { type ArtifactScope, route } from "../kit.ts";
import { releaseLinks } from "../link/link.keeping.ts";
import { rule } from "../rules.ts";
import { all, typeNamed } from "../type/types.ts";
import { type ListQuery, readFilter, readLimit, readOrder } from "./artifact.filter.ts";
import { absent, hold, load, type OfArtifact, requireMay, requireWritable, seenBy } from "./artifact.load.ts";
import { look, lookAll } from "./artifact.look.ts";
import { makeArtifact } from "./artifact.make.ts";
import { countArtifacts, deleteArtifact, findArtifact, listArtifacts } from "./artifact.store.ts";

const each = "/artifacts/{type_name}";
const one = `${each}/{artifact_id}` as const;
const anything = Type.Union([Type.String(), Type.Array(Type.String())]);
const filters = shapes<ListQuery>({ "1.0": Type.Object({}, { additionalProperties: anything }) });
const body = shapes<Record<string, unknown>>({ "1.0": Type.Object({}, { additionalProperties: true }) });
const removing = shapes<{ force?: boolean }>({
  "1.0": Type.Object({ force: Type.Optional(Type.Boolean()) }, { additionalProperties: false }),
});

/** https://docs.openstack.org/glare/latest/ (artifacts) */
export const artifactRoutes = [
  route({ on: "GET /artifacts", rule: rule.list, query: filters, of: own, run: listAll }),
  route({ on: `GET ${each}`, rule: rule.list, query: filters, of: own, run: list }),
  route({ on: `POST ${each}`, rule: rule.create, body, status: { "1.0": 201 }, of: own, run: create }),
  route({ on: `GET ${one}`, rule: rule.get, of: load, run: show }),
  route({ on: `DELETE ${one}`, rule: rule.delete, query: removing, status: { "1.0": 204 }, of: hold, run: remove }),
];

type Own = Ctx<ArtifactScope>;
interface OfType {
  readonly path: { readonly type_name: string };
}

function own({ actor }: Own) {
  return { projectId: actor.projectId };
}

function listAll(ctx: Own, it: object, { query }: { query: ListQuery }) {
  return list(ctx, it, { path: { type_name: all.name }, query });
}

async function list(ctx: Own, _: object, { path, query }: OfType & { query: ListQuery }) {
  const type = typeNamed(path.type_name);
  const limit = readLimit(query);
  const order = readOrder(type, query);
  const seer = { projectId: ctx.actor.projectId, seesAll: ctx.may(rule.list_all_artifacts, {}) };
  const which = { seer, filter: readFilter(type, query), ...(!type.readOnly && { typeName: type.name }) };
  const found = await listArtifacts(ctx.db, which, { order, limit, after: await markerOf(ctx, query) });
  return {
    artifacts: await lookAll(ctx.db, type, found),
    total_count: await countArtifacts(ctx.db, which),
    type_name: type.name,
    schema: `/schemas/${type.name}`,
    ...links(type.name, query, found.length === limit ? found.at(-1)?.id : undefined),
  };
}

async function markerOf(ctx: Own, { marker }: ListQuery) {
  const id = [marker].flat().at(-1);
  if (id === undefined) return undefined;
  const it = await findArtifact(ctx.db, id);
  if (!it || !seenBy(ctx)(it)) throw absent(id);
  return it;
}

/** Where the list begins and goes on, as its client would ask for it below the service's root. */
function links(typeName: string, query: ListQuery, next: string | undefined) {
  const at = (more: Record<string, string> = {}) => {
    const { marker: _marker, ...rest } = query;
    const given = Object.entries({ ...rest, ...more }).flatMap(([k, v]) => [v].flat().map((one) => [k, one]));
    const search = new URLSearchParams(given as [string, string][]).toString();
    return `/artifacts/${typeName}${search && `?${search}`}`;
  };
  return { first: at(), ...(next && { next: at({ marker: next }) }) };
}

async function create(ctx: Own, _: object, { path, body }: OfType & { body: Record<string, unknown> | undefined }) {
  const type = typeNamed(path.type_name);
  requireWritable(type);
  if (body === undefined) throw badRequest("Name must be specified at creation.");
  const it = await makeArtifact(ctx, type, ctx.actor.projectId, body, seenBy(ctx));
  return reply(await look(ctx.db, type, it), { headers: { location: `${ctx.url}/artifacts/${type.name}/${it.id}` } });
}

function show(ctx: Own, { artifact, type }: OfArtifact) {
  return look(ctx.db, type, artifact);
}

/** `force`: also if others depend on it. */
async function remove(ctx: Own, of: OfArtifact, { query }: { query: { force?: boolean } }) {
  if (query.force) requireMay(ctx, rule.delete_linked, of);
  await releaseLinks(ctx, of.artifact, query.force ?? false);
  await ctx.cancel(of.artifact.id);
  await letGo(ctx, of.artifact.id);
  await deleteArtifact(ctx.db, of.artifact.id);
}
