import { notFound } from "#platform/api/errors.ts";
import { type Context, type Owner, ownProject, route } from "../kit.ts";
import { defaultRules as rule } from "./volume-type.rules.ts";
import { defaultBody } from "./volume-type.schema.ts";
import { deleteDefault, findDefault, getTypeByNameOrId, listDefaults, putDefault } from "./volume-type.store.ts";
import type { DefaultType } from "./volume-type.ts";

const since = "3.62";
const on = "/default-types/{project}";
const of = ownProject;

export const defaultTypeRoutes = [
  route({ on: "GET /default-types", since, rule: rule.default_get_all, of, run: list }),
  route({ on: `GET ${on}`, since, rule: rule.default_get, of, run: show }),
  route({ on: `PUT ${on}`, since, rule: rule.default_set_or_update, body: defaultBody, of, run: put }),
  route({ on: `DELETE ${on}`, since, rule: rule.default_unset, status: { "3.62": 204 }, of, run: remove }),
];

interface Named {
  readonly path: { readonly project: string };
}

async function list({ db }: Context) {
  return { default_types: (await listDefaults(db)).map(view) };
}

async function show({ db }: Context, _owner: Owner, { path: { project } }: Named) {
  const it = await findDefault(db, project);
  if (!it) throw notFound(`Default type for project ${project} not found.`);
  return { default_type: view(it) };
}

async function put(
  { db }: Context,
  _owner: Owner,
  { path: { project }, body }: Named & { body: { default_type: { volume_type: string } } },
) {
  const { id: typeId } = await getTypeByNameOrId(db, body.default_type.volume_type);
  await putDefault(db, project, typeId);
  return { default_type: view({ projectId: project, typeId }) };
}

async function remove({ db }: Context, _owner: Owner, { path: { project } }: Named) {
  await deleteDefault(db, project);
}

function view({ projectId: project_id, typeId: volume_type_id }: DefaultType) {
  return { project_id, volume_type_id };
}
