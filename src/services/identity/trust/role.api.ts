import { missing } from "../errors.ts";
import { type Context, route } from "../kit.ts";
import { getRole, listRolesOf } from "../role/role.store.ts";
import { roleBody } from "../role/role.view.ts";
import { anyQuery } from "../shapes.schema.ts";
import { byOneself, type Loaded, load } from "./trust.api.ts";
import { trustRules as rule } from "./trust.rules.ts";
import { rolesBody, rolesLinks } from "./trust.view.ts";

const query = anyQuery;
const roles = "/OS-TRUST/trusts/{id}/roles";

export const trustRoleRoutes = [
  route({ on: `GET ${roles}`, rule: rule.list_roles_for_trust, query, of: load, run: list }),
  route({ on: `GET ${roles}/{role_id}`, rule: rule.get_role_for_trust, query, of: load, run: show }),
];

async function list(ctx: Context, { it }: Loaded) {
  byOneself(ctx);
  return { ...rolesBody(ctx, it, await listRolesOf(ctx.db, it.roleIds)), links: rolesLinks(ctx, it) };
}

async function show(ctx: Context, { it }: Loaded, { path: { role_id: id } }: { path: { role_id: string } }) {
  byOneself(ctx);
  if (!it.roleIds.includes(id)) throw missing("role", id);
  return { role: roleBody(ctx, await getRole(ctx.db, id)) };
}
