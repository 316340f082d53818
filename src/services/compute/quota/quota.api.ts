import { badRequest, forbidden } from "#platform/api/errors.ts";
import type { Ctx } from "#platform/service/kit.ts";
import { clearQuotaLimits, setQuotaLimits } from "#platform/store/quota.ts";
import { type Compute, route } from "../kit.ts";
import { isYes, number } from "../words.ts";
import { quotaRules as rule } from "./quota.rules.ts";
import { type AskedLimits, type OfUser, type UpdateQuota, updateBody, userQuery } from "./quota.schema.ts";
import { defaultLimits, limitsOf, usageOf } from "./quota.store.ts";
import { networkResources, resourcesAt } from "./quota.ts";
import { detailed, limited } from "./quota.view.ts";

const one = "/os-quota-sets/{id}";
const accepted = { "2.1": 202 };

export const quotaRoutes = [
  route({ on: `GET ${one}`, rule: rule.show, query: userQuery, of: load, run: show }),
  route({ on: `GET ${one}/detail`, rule: rule.detail, query: userQuery, of: load, run: detail }),
  route({ on: `GET ${one}/defaults`, rule: rule.defaults, of: loadAny, run: defaults }),
  route({ on: `PUT ${one}`, rule: rule.update, query: userQuery, body: updateBody, of: load, run: update }),
  route({ on: `DELETE ${one}`, rule: rule.delete, query: userQuery, status: accepted, of: load, run: remove }),
];

interface Of {
  readonly projectId: string;
}

interface ById {
  readonly path: { readonly id: string };
}

/** Whose quotas one may not see are forbidden, whether there is such a project or not. */
async function load(ctx: Ctx<Compute>, at: ById): Promise<Of> {
  const { id } = at.path;
  if (!ctx.may(rule.show, { projectId: id }))
    throw forbidden(`Policy doesn't allow ${rule.show.name} to be performed.`);
  return loadAny(ctx, at);
}

/** The project of a path; Nova answers 400 where there is none. */
async function loadAny(ctx: Ctx<Compute>, { path: { id } }: ById): Promise<Of> {
  if (id !== ctx.actor.projectId && !(await ctx.needs.identity.hasProject(ctx, id)))
    throw badRequest(`Project ID ${id} is not a valid project.`);
  return { projectId: id };
}

async function show(ctx: Ctx<Compute>, { projectId }: Of) {
  return { quota_set: { id: projectId, ...limited(resourcesAt(ctx.version), await limitsOf(ctx, projectId)) } };
}

async function detail(ctx: Ctx<Compute>, { projectId }: Of) {
  const [limits, used] = [await limitsOf(ctx, projectId), await usageOf(ctx, projectId)];
  return { quota_set: { id: projectId, ...detailed(resourcesAt(ctx.version), limits, used) } };
}

async function defaults(ctx: Ctx<Compute>, { projectId }: Of) {
  return { quota_set: { id: projectId, ...limited(resourcesAt(ctx.version), await defaultLimits(ctx)) } };
}

async function update(ctx: Ctx<Compute>, { projectId }: Of, { query, body }: { query: OfUser; body: UpdateQuota }) {
  refuseUsers(query);
  const { force = false, ...asked } = body.quota_set;
  const limits = limitsFrom(asked);
  if (!isYes(force)) await refuseBelowUsage(ctx, projectId, limits);
  await setQuotaLimits(ctx, "compute", projectId, limits);
  return { quota_set: limited(resourcesAt(ctx.version), await limitsOf(ctx, projectId)) };
}

async function remove(ctx: Ctx<Compute>, { projectId }: Of, { query }: { query: OfUser }) {
  refuseUsers(query);
  await clearQuotaLimits(ctx, "compute", projectId);
}

/** Limits hold for projects: one for a user alone would be kept and never held. */
function refuseUsers({ user_id: user }: OfUser) {
  if (user !== undefined) throw badRequest("Quotas are those of a project: there are none of a single user.");
}

/** What was asked, without what the Network API counts. */
export function limitsFrom(asked: AskedLimits): Record<string, number> {
  const own = Object.entries(asked).filter(([resource]) => !networkResources.includes(resource));
  return Object.fromEntries(own.map(([resource, limit]) => [resource, number(resource, limit, -1)]));
}

async function refuseBelowUsage(ctx: Ctx<Compute>, projectId: string, limits: Record<string, number>) {
  const used = await usageOf(ctx, projectId);
  for (const [resource, limit] of Object.entries(limits)) {
    const least = used[resource] ?? 0;
    if (limit >= 0 && limit < least)
      throw badRequest(
        `Quota limit ${limit} for ${resource} must be greater than or equal to already used and reserved ${least}.`,
      );
  }
}
