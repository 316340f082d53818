import { badRequest, conflict, notFound } from "#platform/api/errors.ts";
import { atLeast } from "#platform/api/versions.ts";
import type { Ctx } from "#platform/service/kit.ts";
import { action, type Compute, route } from "../kit.ts";
import { type Asked, load } from "./flavor.api.ts";
import { accessRules as rule } from "./flavor.rules.ts";
import { type AccessBody, accessBody } from "./flavor.schema.ts";
import { grantAccess, listAccess, revokeAccess } from "./flavor.store.ts";
import type { Flavor } from "./flavor.ts";

const on = "POST /flavors/{id}/action";

/** Which projects may use a private flavor. */
export const accessRoutes = [
  route({ on: "GET /flavors/{id}/os-flavor-access", rule: rule["os-flavor-access"], of: load, run: list }),
  action({
    on,
    key: "addTenantAccess",
    rule: rule.add_tenant_access,
    body: accessBody("addTenantAccess"),
    of: load,
    run: (ctx, { flavor }, { body }) => grant(ctx, flavor, body),
  }),
  action({
    on,
    key: "removeTenantAccess",
    rule: rule.remove_tenant_access,
    body: accessBody("removeTenantAccess"),
    of: load,
    run: (ctx, { flavor }, { body }) => revoke(ctx, flavor, body),
  }),
];

function list(ctx: Ctx<Compute>, { flavor }: Asked) {
  if (flavor.isPublic) throw notFound("Access list not available for public flavors.");
  return shown(ctx, flavor);
}

async function grant(ctx: Ctx<Compute>, flavor: Flavor, body: AccessBody<"addTenantAccess">) {
  const projectId = await projectOf(ctx, body.addTenantAccess.tenant);
  if (flavor.isPublic && atLeast(ctx.version, "2.7")) throw conflict("Can not add access to a public flavor.");
  if (!(await grantAccess(ctx.db, { flavorId: flavor.id, projectId })))
    throw conflict(`Flavor access already exists for flavor ${flavor.id} and project ${projectId} combination.`);
  return shown(ctx, flavor);
}

async function revoke(ctx: Ctx<Compute>, flavor: Flavor, body: AccessBody<"removeTenantAccess">) {
  const projectId = body.removeTenantAccess.tenant;
  if (!(await revokeAccess(ctx.db, { flavorId: flavor.id, projectId })))
    throw notFound(`Flavor access not found for ${flavor.id} / ${projectId} combination.`);
  return shown(ctx, flavor);
}

async function projectOf(ctx: Ctx<Compute>, id: string): Promise<string> {
  if (!(await ctx.needs.identity.hasProject(ctx, id))) throw badRequest(`Project ID ${id} is not a valid project.`);
  return id;
}

async function shown({ db }: Ctx<Compute>, { id }: Flavor) {
  const its = await listAccess(db, id);
  return { flavor_access: its.map((one) => ({ flavor_id: one.flavorId, tenant_id: one.projectId })) };
}
