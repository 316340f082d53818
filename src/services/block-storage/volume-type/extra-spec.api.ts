import { badRequest, notFound } from "#platform/api/errors.ts";
import { own } from "#platform/api/own.ts";
import { type Context, route } from "../kit.ts";
import { type Looked, loadType as of } from "./volume-type.api.ts";
import { specRules as rule } from "./volume-type.rules.ts";
import { type Specs, specBody, specsBody } from "./volume-type.schema.ts";
import { changeType, isTypeUsed } from "./volume-type.store.ts";
import { shownSpecs } from "./volume-type.view.ts";

const all = "/types/{id}/extra_specs";
const single = "/types/{id}/extra_specs/{key}";
const accepted = { "3.0": 202 };

export const extraSpecRoutes = [
  route({ on: `GET ${all}`, rule: rule.index, of, run: list }),
  route({ on: `POST ${all}`, rule: rule.create, body: specsBody, of, run: add }),
  route({ on: `GET ${single}`, rule: rule.show, of, run: show }),
  route({ on: `PUT ${single}`, rule: rule.update, body: specBody, of, run: set }),
  route({ on: `DELETE ${single}`, rule: rule.delete, status: accepted, of, run: drop }),
];

interface Keyed {
  readonly path: { readonly key: string };
}

function list(ctx: Context, it: Looked) {
  return { extra_specs: shown(ctx, it) };
}

async function add(ctx: Context, { type }: Looked, { body: { extra_specs: asked } }: { body: { extra_specs: Specs } }) {
  await change(ctx, type, { ...type.extraSpecs, ...plain(asked) });
  return { extra_specs: asked };
}

function show(ctx: Context, it: Looked, { path: { key } }: Keyed) {
  return { [key]: own(shown(ctx, it), key) ?? absent(it, key) };
}

async function set(ctx: Context, { type }: Looked, { path: { key }, body }: Keyed & { body: Specs }) {
  if (!Object.hasOwn(body, key)) throw badRequest("Request body and URI mismatch");
  await change(ctx, type, { ...type.extraSpecs, ...plain(body) });
  return body;
}

async function drop(ctx: Context, it: Looked, { path: { key } }: Keyed) {
  const { [key]: gone, ...rest } = it.type.extraSpecs;
  if (gone === undefined) absent(it, key);
  await change(ctx, it.type, rest);
}

const promises = ["multiattach", "replication_enabled"];

/** What a type promises may not change under the volumes that have it. */
async function change(ctx: Context, { id, extraSpecs: before }: Looked["type"], extraSpecs: Record<string, string>) {
  const broken = promises.some((key) => before[key] !== extraSpecs[key]);
  if (broken && (await isTypeUsed(ctx.db, id))) throw badRequest(`Volume Type is currently in use.`);
  await changeType(ctx.db, id, { extraSpecs, updatedAt: ctx.now });
}

function shown(ctx: Context, { type }: Looked) {
  return shownSpecs(type.extraSpecs, ctx.may(rule.read_sensitive, { projectId: ctx.actor.projectId }));
}

function plain(specs: Specs): Record<string, string> {
  return Object.fromEntries(Object.entries(specs).map(([key, value]) => [key, value ?? ""]));
}

function absent({ type: { id } }: Looked, key: string): never {
  throw notFound(`Volume Type ${id} has no extra specs with key ${key}.`);
}
