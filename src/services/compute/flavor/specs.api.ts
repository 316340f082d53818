import { badRequest, notFound } from "#platform/api/errors.ts";
import { atLeast } from "#platform/api/versions.ts";
import type { Ctx } from "#platform/service/kit.ts";
import { type Compute, route } from "../kit.ts";
import { type Asked, load } from "./flavor.api.ts";
import { specRules as rule } from "./flavor.rules.ts";
import { type SpecsBody, specBody, specsBody } from "./flavor.schema.ts";
import { dropSpec, mergeSpecs } from "./flavor.store.ts";
import type { Flavor } from "./flavor.ts";
import { whyNot } from "./specs.ts";

const on = "/flavors/{id}/os-extra_specs";

/** What a flavor says beside its sizes. */
export const specRoutes = [
  route({ on: `GET ${on}`, rule: rule.index, of: load, run: list }),
  route({ on: `POST ${on}`, rule: rule.create, body: specsBody, of: load, run: create }),
  route({ on: `GET ${on}/{key}`, rule: rule.show, of: load, run: show }),
  route({ on: `PUT ${on}/{key}`, rule: rule.update, body: specBody, of: load, run: update }),
  route({ on: `DELETE ${on}/{key}`, rule: rule.delete, of: load, run: remove }),
];

interface Keyed {
  readonly path: { readonly key: string };
}
type Specs = Record<string, string | number>;

function list(_ctx: Ctx<Compute>, { flavor }: Asked) {
  return { extra_specs: flavor.extraSpecs };
}

async function create(ctx: Ctx<Compute>, { flavor }: Asked, { body }: { body: SpecsBody }) {
  await merge(ctx, flavor, body.extra_specs);
  return body;
}

function show(_ctx: Ctx<Compute>, { flavor }: Asked, { path }: Keyed) {
  return { [path.key]: specOf(flavor, path.key) };
}

async function update(ctx: Ctx<Compute>, { flavor }: Asked, { path, body }: Keyed & { body: Specs }) {
  if (!(path.key in body)) throw badRequest("Request body and URI mismatch");
  await merge(ctx, flavor, body);
  return body;
}

async function remove(ctx: Ctx<Compute>, { flavor }: Asked, { path }: Keyed) {
  specOf(flavor, path.key);
  await dropSpec(ctx.db, flavor.id, path.key);
}

async function merge(ctx: Ctx<Compute>, flavor: Flavor, asked: Specs) {
  const specs = Object.fromEntries(Object.entries(asked).map(([k, v]) => [k, `${v}`]));
  if (atLeast(ctx.version, "2.86")) check(specs);
  await mergeSpecs(ctx.db, flavor.id, specs);
}

function check(specs: Record<string, string>) {
  for (const [key, value] of Object.entries(specs)) {
    const why = whyNot(key, value);
    if (why) throw badRequest(`Validation failed; ${why}`);
  }
}

function specOf({ id, extraSpecs }: Flavor, key: string): string {
  const value = Object.hasOwn(extraSpecs, key) ? extraSpecs[key] : undefined;
  if (value === undefined) throw notFound(`Flavor ${id} has no extra specs with key ${key}.`);
  return value;
}
