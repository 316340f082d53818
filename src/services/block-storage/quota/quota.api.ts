import { badRequest } from "#platform/api/errors.ts";
import { clearQuotaLimits, quotaLimits, setQuotaLimits } from "#platform/store/quota.ts";
import { type Context, type Owner, ownProject, route } from "../kit.ts";
import { anyQuery, isTrue, type Query } from "../shapes.ts";
import { quotaClassRules, quotaRules as rule } from "./quota.rules.ts";
import { quotaClassBody, quotaSetBody } from "./quota.schema.ts";
import { classOf, defaults, limits, quotaService, usage } from "./quota.store.ts";

const set = "/os-quota-sets/{project}";
const classes = "/os-quota-class-sets/{name}";
const query = anyQuery;
const of = asked;

export const quotaRoutes = [
  route({ on: `GET ${set}`, rule: rule.show, query, of, run: show }),
  route({ on: `GET ${set}/defaults`, rule: rule.show, of, run: showDefaults }),
  route({ on: `PUT ${set}`, rule: rule.update, body: quotaSetBody, of, run: update }),
  route({ on: `DELETE ${set}`, rule: rule.delete, of, run: reset }),
  route({ on: `GET ${classes}`, rule: quotaClassRules.get, of: ownProject, run: showClass }),
  route({
    on: `PUT ${classes}`,
    rule: quotaClassRules.update,
    body: quotaClassBody,
    of: ownProject,
    run: updateClass,
  }),
];

interface Target {
  readonly projectId: string;
}
type Wanted = Readonly<Record<string, unknown>>;

function asked(_ctx: Context, { path }: { path: { readonly project: string } }): Target {
  return { projectId: path.project };
}

async function show(ctx: Context, { projectId: id }: Target, { query }: { query: Query }) {
  const most = await limits(ctx, id);
  if (!isTrue(query.usage)) return { quota_set: { id, ...most } };
  const used = await usage(ctx, [id]);
  const both = Object.entries(most).map(([key, limit]) => [key, { limit, in_use: used[key] ?? 0, reserved: 0 }]);
  return { quota_set: { id, ...Object.fromEntries(both) } };
}

async function showDefaults(ctx: Context, { projectId: id }: Target) {
  return { quota_set: { id, ...(await defaults(ctx)) } };
}

async function update(ctx: Context, { projectId }: Target, { body }: { body: { quota_set: Wanted } }) {
  const wanted = requireLimits(body.quota_set, await limits(ctx, projectId));
  requireRoom(wanted, await usage(ctx, [projectId]));
  await setQuotaLimits(ctx, quotaService, projectId, wanted);
  return { quota_set: await limits(ctx, projectId) };
}

function reset(ctx: Context, { projectId }: Target) {
  return clearQuotaLimits(ctx, quotaService, projectId);
}

interface Named {
  readonly path: { readonly name: string };
}

async function showClass(ctx: Context, _owner: Owner, { path: { name: id } }: Named) {
  return { quota_class_set: { id, ...(await classLimits(ctx, id)) } };
}

async function updateClass(
  ctx: Context,
  _owner: Owner,
  { path: { name }, body }: Named & { body: { quota_class_set: Wanted } },
) {
  const wanted = requireLimits(body.quota_class_set, await classLimits(ctx, name));
  await setQuotaLimits(ctx, quotaService, classOf(name), wanted);
  return { quota_class_set: await classLimits(ctx, name) };
}

async function classLimits(ctx: Context, name: string) {
  return quotaLimits(ctx, quotaService, classOf(name), await defaults(ctx));
}

const most = 0x7fffffff;

function requireLimits(wanted: Wanted, known: object): Record<string, number> {
  const asked = Object.entries(wanted).filter(([key]) => !["id", "tenant_id", "project_id"].includes(key));
  const bad = asked.map(([key]) => key).filter((key) => !Object.hasOwn(known, key));
  if (bad.length > 0) throw badRequest(`Invalid input received: Bad key(s) in quota set: ${bad.join(", ")}`);
  return Object.fromEntries(asked.map(([key, value]) => [key, requireLimit(key, value)]));
}

function requireLimit(key: string, value: unknown): number {
  const text = typeof value === "object" ? JSON.stringify(value) : String(value);
  if (typeof value === "boolean" || !/^-?\d+$/.test(text))
    throw badRequest(`Invalid input received: ${key} must be an integer`);
  const limit = Number(text);
  if (limit < -1) throw badRequest(`Invalid input received: ${key} must be >= -1`);
  if (limit > most) throw badRequest(`Invalid input received: ${key} must be <= ${most}`);
  return limit;
}

function requireRoom(wanted: Readonly<Record<string, number>>, used: Readonly<Record<string, number>>) {
  for (const [key, limit] of Object.entries(wanted))
    if (limit !== -1 && limit < (used[key] ?? 0))
      throw badRequest(
        `Quota ${key} limit must be equal or greater than existing resources. Current usage is ${used[key]} and the requested limit is ${limit}.`,
      );
}
