import { Type } from "typebox";
import { badRequest, conflict, notFound } from "#platform/api/errors.ts";
import { shapes } from "#platform/api/versions.ts";
import { type Ctx, reply } from "#platform/service/kit.ts";
import { type PlacementScope, route } from "../kit.ts";
import { load, nobody, type OfProvider } from "../provider/provider.api.ts";
import { advance } from "../provider/provider.store.ts";
import { fresh } from "../provider/provider.view.ts";
import { customName } from "../resource-class/resource-class.ts";
import { rule as all } from "../rules.ts";
import { standardTraits } from "./standard-traits.ts";
import {
  deleteTrait,
  findCustomTrait,
  insertTrait,
  listCustomTraits,
  listProviderTraits,
  listUsedTraits,
  replaceTraits,
} from "./trait.store.ts";

const { traits: rule, providerTraits: ruleOf } = all;
const one = "/traits/{name}";
const of = "/resource_providers/{uuid}/traits";
const since = "1.6";
const query = shapes<TraitQuery>({
  "1.6": Type.Object(
    { name: Type.Optional(Type.String()), associated: Type.Optional(Type.String()) },
    { additionalProperties: false },
  ),
});
const body = shapes<PutTraits>({
  "1.6": Type.Object(
    {
      resource_provider_generation: Type.Integer(),
      traits: Type.Array(Type.String({ pattern: "^[A-Z0-9_]+$", minLength: 1, maxLength: 255 }), { uniqueItems: true }),
    },
    { additionalProperties: false },
  ),
});

export const traitRoutes = [
  route({ on: "GET /traits", since, rule: rule.list, query, of: nobody, run: list }),
  route({ on: `GET ${one}`, since, rule: rule.show, status: { "1.6": 204 }, of: nobody, run: show }),
  route({ on: `PUT ${one}`, since, rule: rule.update, of: nobody, run: put }),
  route({ on: `DELETE ${one}`, since, rule: rule.delete, status: { "1.6": 204 }, of: nobody, run: remove }),
  route({ on: `GET ${of}`, since, rule: ruleOf.list, of: load, run: listOf }),
  route({ on: `PUT ${of}`, since, rule: ruleOf.update, body, of: load, run: putOf }),
  route({ on: `DELETE ${of}`, since, rule: ruleOf.delete, status: { "1.6": 204 }, of: load, run: removeOf }),
];

type Own = Ctx<PlacementScope>;
interface TraitQuery {
  name?: string;
  associated?: string;
}
interface PutTraits {
  resource_provider_generation: number;
  traits: string[];
}
interface Named {
  readonly path: { readonly name: string };
}

async function list(ctx: Own, _: object, { query: { name, associated } }: { query: TraitQuery }) {
  if (associated !== undefined && !/^(true|false)$/i.test(associated))
    throw badRequest('The query parameter "associated" only accepts "true" or "false"');
  const used = new Set(await listUsedTraits(ctx.db));
  const custom = (await listCustomTraits(ctx.db)).map((it) => it.name);
  const wanted = associated?.toLowerCase();
  const names = [...new Set([...standardTraits, ...custom, ...used])]
    .filter(named(name))
    .filter((it) => wanted === undefined || used.has(it) === (wanted === "true"));
  return reply({ traits: names.sort() }, { headers: fresh(ctx.version, ctx.now) });
}

/** "startswith:CUSTOM" and "in:A,B". */
function named(filter: string | undefined): (name: string) => boolean {
  if (filter === undefined) return () => true;
  const [, how, rest = ""] = filter.match(/^(startswith|in):(.*)$/) ?? [];
  if (how === "startswith") return (name) => name.startsWith(rest);
  if (how === "in") return (name) => rest.split(",").includes(name);
  throw badRequest(
    `Badly formatted name parameter. Expected name query string parameter in form: ?name=[in|startswith]:[name1,name2|prefix]. Got: "${filter}"`,
  );
}

async function show(ctx: Own, _: object, { path: { name } }: Named) {
  if (!(await exists(ctx, name))) throw notFound(`No such trait ${name}.`);
  return reply(undefined, { headers: fresh(ctx.version, ctx.now) });
}

async function exists({ db }: Own, name: string): Promise<boolean> {
  return standardTraits.includes(name) || (await findCustomTrait(db, name)) !== undefined;
}

async function put(ctx: Own, _: object, { path: { name } }: Named) {
  if (!customName.test(name))
    throw badRequest(
      `The trait is invalid. A valid trait must be no longer than 255 characters, start with the prefix "CUSTOM_" and use following characters: "A"-"Z", "0"-"9" and "_"`,
    );
  const made = await insertTrait(ctx.db, { name, createdAt: ctx.now });
  const headers = { location: `${ctx.url}/traits/${name}`, ...fresh(ctx.version, ctx.now) };
  return reply(undefined, { status: made ? 201 : 204, headers });
}

async function remove(ctx: Own, _: object, { path: { name } }: Named) {
  if (standardTraits.includes(name)) throw badRequest(`Cannot delete standard trait ${name}.`);
  if (!(await exists(ctx, name))) throw notFound(`No such trait ${name}.`);
  if ((await listUsedTraits(ctx.db)).includes(name))
    throw conflict(`The trait ${name} is in use by a resource provider.`);
  await deleteTrait(ctx.db, name);
}

async function listOf(ctx: Own, { provider: { id, generation } }: OfProvider) {
  const traits = (await listProviderTraits(ctx.db, [id])).map(({ trait }) => trait);
  return reply({ traits, resource_provider_generation: generation }, { headers: fresh(ctx.version, ctx.now) });
}

async function putOf(ctx: Own, { provider }: OfProvider, { body }: { body: PutTraits }) {
  for (const name of body.traits) if (!(await exists(ctx, name))) throw badRequest(`No such trait ${name}.`);
  const generation = await advance(ctx.db, provider, body.resource_provider_generation, ctx.now);
  await replaceTraits(ctx.db, provider.id, body.traits);
  const traits = body.traits.toSorted();
  return reply({ traits, resource_provider_generation: generation }, { headers: fresh(ctx.version, ctx.now) });
}

async function removeOf(ctx: Own, { provider }: OfProvider) {
  await advance(ctx.db, provider, provider.generation, ctx.now);
  await replaceTraits(ctx.db, provider.id, []);
}
