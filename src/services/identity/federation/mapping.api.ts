import { badRequest, conflict } from "#platform/api/errors.ts";
import type { Filters } from "../identity.ts";
import { type Context, route } from "../kit.ts";
import { collection } from "../links.view.ts";
import { anyQuery } from "../shapes.schema.ts";
import { federationRules as rule } from "./federation.rules.ts";
import { changeMapping, createMapping, type MappingFields } from "./federation.schema.ts";
import { mappingBody } from "./federation.view.ts";
import { faultOf, type Mapping } from "./mapping.ts";
import * as store from "./provider.store.ts";

const query = anyQuery;
const of = () => ({});
const made = { "3.14": 201 } as const;
const gone = { "3.14": 204 } as const;
const one = "/OS-FEDERATION/mappings/{id}";

export const mappingRoutes = [
  route({ on: "GET /OS-FEDERATION/mappings", rule: rule.list_mappings, query, of, run: list }),
  route({ on: `GET ${one}`, rule: rule.get_mapping, query, of: load, run: show }),
  route({ on: `PUT ${one}`, rule: rule.create_mapping, body: createMapping, status: made, of, run: create }),
  route({ on: `PATCH ${one}`, rule: rule.update_mapping, body: changeMapping, of: load, run: change }),
  route({ on: `DELETE ${one}`, rule: rule.delete_mapping, status: gone, of: load, run: remove }),
];

interface Loaded {
  readonly it: Mapping;
  readonly target: object;
}
interface Path {
  readonly path: { readonly id: string };
}
interface Said extends Path {
  readonly body: { readonly mapping: MappingFields };
}

async function load({ db }: Context, { path }: Path): Promise<Loaded> {
  return { it: await store.getMapping(db, path.id), target: {} };
}

async function list(ctx: Context, _: object, { query }: { query: Filters }) {
  const all = (await store.listMappings(ctx.db)).map((it) => mappingBody(ctx, it));
  return collection(ctx, "mappings", "/OS-FEDERATION/mappings", query, all);
}

function show(ctx: Context, { it }: Loaded) {
  return { mapping: mappingBody(ctx, it) };
}

async function create(ctx: Context, _: object, { path, body: { mapping: asked } }: Said) {
  const it: Mapping = { id: path.id, rules: sound(asked), schemaVersion: asked.schema_version ?? "1.0" };
  await store.insertMapping(ctx.db, it);
  return { mapping: mappingBody(ctx, it) };
}

async function change(ctx: Context, { it }: Loaded, { body: { mapping: asked } }: Said) {
  const to = { ...it, rules: sound(asked), schemaVersion: asked.schema_version ?? it.schemaVersion };
  await store.changeMapping(ctx.db, to);
  return { mapping: mappingBody(ctx, to) };
}

function sound({ rules }: MappingFields) {
  const fault = faultOf(rules);
  if (fault) throw badRequest(`Invalid mapping rules: ${fault}.`);
  return rules;
}

async function remove({ db }: Context, { it }: Loaded) {
  if (await store.isMappingUsed(db, it.id))
    throw conflict(`Mapping ${it.id} is used by a protocol of an identity provider; delete that first.`);
  await store.deleteMapping(db, it.id);
}
