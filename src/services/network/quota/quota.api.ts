import { rules } from "#platform/api/rules.ts";
import { clearQuotaLimits, QUOTA_DEFAULT, quotaLimits, setQuotaLimits } from "#platform/store/quota.ts";
import { route } from "../kit.ts";
import { wrong } from "../refusals.ts";
import { type Attributes, attribute, between, readAttributes } from "../resource/attribute.ts";
import type { Sent } from "../resource/body.ts";
import { anyBody, type Context } from "../resource/resource.api.ts";
import { admin } from "../resource/resource.rules.ts";
import { listProjectsWithLimits } from "./quota.store.ts";
import { type QuotaName, quotaDefaults } from "./quota.ts";
import { usage } from "./quota.work.ts";

const rule = rules("", {
  get_quota: ["rule:project_reader_or_admin", "Show a project's quota."],
  update_quota: [admin, "Set a project's quota."],
  delete_quota: [admin, "Take a project's quota back to the defaults."],
});
const names = Object.keys(quotaDefaults) as QuotaName[];
const most = 2 ** 31 - 1;
const limit = attribute(between(-1, most));
const attributes: Attributes = Object.fromEntries(names.map((name) => [name, limit]));

type Path = { path: { id: string } };
const ofProject = (_: Context, { path }: Path) => ({ projectId: path.id });
const ofActor = ({ actor }: Context) => ({ projectId: actor.projectId });

export const quotaRoutes = [
  route({ on: "GET /quotas", rule: rule.update_quota, of: ofActor, run: list }),
  route({ on: "GET /quotas/tenant", rule: rule.get_quota, of: ofActor, run: showTenant }),
  route({ on: "GET /quotas/project", rule: rule.get_quota, of: ofActor, run: showTenant }),
  route({ on: "GET /quotas/{id}", rule: rule.get_quota, of: ofProject, run: (ctx, _, { path }) => show(ctx, path.id) }),
  route({ on: "GET /quotas/{id}/default", rule: rule.get_quota, of: ofProject, run: showDefault }),
  ...["details", "details.json"].map((last) =>
    route({
      on: `GET /quotas/{id}/${last}` as "GET /quotas/{id}/details",
      rule: rule.get_quota,
      of: ofProject,
      run: (ctx, _, { path }) => details(ctx, path.id),
    }),
  ),
  route({ on: "PUT /quotas/{id}", rule: rule.update_quota, body: anyBody, of: ofProject, run: change }),
  route({ on: "DELETE /quotas/{id}", rule: rule.delete_quota, status: { "2.0": 204 }, of: ofProject, run: remove }),
];

/** The projects for which somebody has set a limit. */
async function list(ctx: Context) {
  const projects = await listProjectsWithLimits(ctx.db);
  const quotas = [];
  for (const id of projects) quotas.push({ ...(await limitsOf(ctx, id)), project_id: id, tenant_id: id });
  return { quotas };
}
function showTenant({ actor }: Context) {
  return { tenant: { tenant_id: actor.projectId, project_id: actor.projectId } };
}
async function show(ctx: Context, projectId: string) {
  return { quota: await limitsOf(ctx, projectId) };
}
async function showDefault(ctx: Context) {
  return { quota: await quotaLimits(ctx, "network", QUOTA_DEFAULT, quotaDefaults) };
}
async function details(ctx: Context, projectId: string) {
  const [limits, used] = [await limitsOf(ctx, projectId), await usage(ctx, [projectId], names)];
  const one = (name: QuotaName) => ({ limit: limits[name], used: used[name], reserved: 0 });
  return { quota: Object.fromEntries(names.map((name) => [name, one(name)])) };
}
async function change(ctx: Context, _: unknown, { path, body }: Path & { body: Sent }) {
  const sent = body.quota;
  if (sent === null || typeof sent !== "object") throw wrong.request("Unable to find 'quota' in request body");
  const { tenant_id: _tenant, project_id: _project, ...limits } = sent as Record<string, unknown>;
  const read = readAttributes(attributes, limits, "put") as Record<string, number>;
  await setQuotaLimits(ctx, "network", path.id, read);
  return show(ctx, path.id);
}
async function remove(ctx: Context, _: unknown, { path }: Path): Promise<void> {
  await clearQuotaLimits(ctx, "network", path.id);
}
function limitsOf(ctx: Context, projectId: string) {
  return quotaLimits(ctx, "network", projectId, quotaDefaults);
}
