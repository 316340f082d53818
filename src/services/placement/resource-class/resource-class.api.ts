import { Type } from "typebox";
import { badRequest, conflict, notFound } from "#platform/api/errors.ts";
import { shapes } from "#platform/api/versions.ts";
import { type Ctx, reply } from "#platform/service/kit.ts";
import { isClassInInventory } from "../inventory/inventory.store.ts";
import { type PlacementScope, route } from "../kit.ts";
import { nobody } from "../provider/provider.api.ts";
import { fresh } from "../provider/provider.view.ts";
import { rule as all } from "../rules.ts";
import { deleteClass, findCustomClass, insertClass, listCustomClasses, renameClass } from "./resource-class.store.ts";
import { customName, standardClasses } from "./resource-class.ts";

const rule = all.classes;
const one = "/resource_classes/{name}";
const named = Type.Object(
  { name: Type.String({ pattern: customName.source, maxLength: 255 }) },
  { additionalProperties: false },
);
const body = shapes<{ name: string }>({ "1.2": named });

export const resourceClassRoutes = [
  route({ on: "GET /resource_classes", since: "1.2", rule: rule.list, of: nobody, run: list }),
  route({
    on: "POST /resource_classes",
    since: "1.2",
    rule: rule.create,
    body,
    status: { "1.2": 201 },
    of: nobody,
    run: create,
  }),
  route({ on: `GET ${one}`, since: "1.2", rule: rule.show, of: nobody, run: show }),
  route({ on: `PUT ${one}`, since: "1.2", until: "1.6", rule: rule.update, body, of: nobody, run: rename }),
  route({ on: `PUT ${one}`, since: "1.7", rule: rule.update, status: { "1.7": 204 }, of: nobody, run: put }),
  route({ on: `DELETE ${one}`, since: "1.2", rule: rule.delete, status: { "1.2": 204 }, of: nobody, run: remove }),
];

type Own = Ctx<PlacementScope>;
interface Named {
  readonly path: { readonly name: string };
}

async function list(ctx: Own) {
  const names = [...standardClasses, ...(await listCustomClasses(ctx.db)).map(({ name }) => name)];
  return reply({ resource_classes: names.map((name) => shown(ctx, name)) }, { headers: fresh(ctx.version, ctx.now) });
}

async function show(ctx: Own, _: object, { path: { name } }: Named) {
  await requireClass(ctx, name);
  return reply(shown(ctx, name), { headers: fresh(ctx.version, ctx.now) });
}

function shown({ url }: Own, name: string) {
  return { name, links: [{ rel: "self", href: `${url}/resource_classes/${name}` }] };
}

async function create(ctx: Own, _: object, { body: { name } }: { body: { name: string } }) {
  if (!(await insertClass(ctx.db, { name, createdAt: ctx.now })))
    throw conflict(`Conflicting resource class already exists: ${name}`);
  return reply(undefined, { headers: { location: `${ctx.url}/resource_classes/${name}` } });
}

async function rename(ctx: Own, _: object, { path, body: { name } }: Named & { body: { name: string } }) {
  await requireCustom(ctx, path.name, "update");
  if (await findCustomClass(ctx.db, name)) throw conflict(`Resource class already exists: ${name}`);
  if (await isClassInInventory(ctx.db, path.name)) throw conflict(inUse(path.name, "update"));
  await renameClass(ctx.db, path.name, name);
  return shown(ctx, name);
}

async function put(ctx: Own, _: object, { path: { name } }: Named) {
  if (!customName.test(name))
    throw badRequest(`JSON does not validate: '${name}' does not match '${customName.source}'`);
  const made = await insertClass(ctx.db, { name, createdAt: ctx.now });
  const headers = { location: `${ctx.url}/resource_classes/${name}` };
  return reply(undefined, { status: made ? 201 : 204, headers });
}

async function remove(ctx: Own, _: object, { path: { name } }: Named) {
  await requireCustom(ctx, name, "delete");
  if (await isClassInInventory(ctx.db, name)) throw conflict(inUse(name, "delete"));
  await deleteClass(ctx.db, name);
}

async function requireClass(ctx: Own, name: string) {
  if (standardClasses.includes(name)) return;
  if (!(await findCustomClass(ctx.db, name))) throw notFound(`No such resource class ${name}.`);
}

async function requireCustom(ctx: Own, name: string, verb: string) {
  await requireClass(ctx, name);
  if (standardClasses.includes(name)) throw badRequest(`Cannot ${verb} standard resource class ${name}.`);
}

function inUse(name: string, verb: string): string {
  return `Unable to ${verb} resource class ${name}: Resource class ${name} is in use.`;
}
