import { conflict, notFound } from "#platform/api/errors.ts";
import { action, type Context, route } from "../kit.ts";
import { type Looked, loadType as of } from "./volume-type.api.ts";
import { accessRules as rule } from "./volume-type.rules.ts";
import { addAccessBody, removeAccessBody } from "./volume-type.schema.ts";
import { deleteAccess, insertAccess, listAccess } from "./volume-type.store.ts";

const on = "POST /types/{id}/action";
const status = { "3.0": 202 };

export const accessRoutes = [
  route({ on: "GET /types/{id}/os-volume-type-access", rule: rule.get_all_for_type, of, run: list }),
  action({ on, key: "addProjectAccess", rule: rule.addProjectAccess, body: addAccessBody, status, of, run: add }),
  action({
    on,
    key: "removeProjectAccess",
    rule: rule.removeProjectAccess,
    body: removeAccessBody,
    status,
    of,
    run: remove,
  }),
];

async function list({ db }: Context, { type }: Looked) {
  if (type.isPublic) throw notFound("Access list not available for public volume types.");
  const rows = await listAccess(db, type.id);
  return { volume_type_access: rows.map((it) => ({ volume_type_id: it.typeId, project_id: it.projectId })) };
}

async function add({ db }: Context, it: Looked, { body }: { body: { addProjectAccess: { project: string } } }) {
  const { project: projectId } = body.addProjectAccess;
  requirePrivate(it);
  if (!(await insertAccess(db, { typeId: it.type.id, projectId })))
    throw conflict(`Volume type access for ${it.type.id} / ${projectId} combination already exists.`);
}

async function remove({ db }: Context, it: Looked, { body }: { body: { removeProjectAccess: { project: string } } }) {
  const { project: projectId } = body.removeProjectAccess;
  requirePrivate(it);
  if (!(await deleteAccess(db, { typeId: it.type.id, projectId })))
    throw notFound(`Volume type access not found for ${it.type.id} / ${projectId} combination.`);
}

function requirePrivate({ type }: Looked) {
  if (type.isPublic) throw badAccess();
}

function badAccess() {
  return conflict("Type access modification is not applicable to public volume type.");
}
