import { Type } from "typebox";
import { badRequest } from "#platform/api/errors.ts";
import { own } from "#platform/api/own.ts";
import { shapes } from "#platform/api/versions.ts";
import type { Ctx } from "#platform/service/kit.ts";
import { QUOTA_DEFAULT, quotaLimits, setQuotaLimits } from "#platform/store/quota.ts";
import { type ArtifactScope, route } from "../kit.ts";
import { rule } from "../rules.ts";
import { defaultLimits, service } from "./quota.check.ts";
import { listQuotas, type QuotaRow } from "./quota.store.ts";

const amount = Type.Object({
  quota_name: Type.String({ minLength: 1, maxLength: 255, pattern: "^[^:]*:?[^:]*$" }),
  quota_value: Type.Integer({ minimum: -1 }),
});
const quotas = shapes<Asked[]>({
  "1.0": Type.Array(
    Type.Object({ project_id: Type.String({ minLength: 1, maxLength: 255 }), project_quotas: Type.Array(amount) }),
  ),
});

/** https://docs.openstack.org/glare/latest/ (quotas; every version knows them, as it does with Glare) */
export const quotaRoutes = [
  route({ on: "PUT /quotas", rule: rule.set_quotas, body: quotas, of: nothing, run: set }),
  route({ on: "GET /quotas", rule: rule.list_all_quotas, of: nothing, run: listAll }),
  route({ on: "GET /project-quotas", rule: rule.list_project_quotas, of: mine, run: list }),
  route({ on: "GET /project-quotas/{project_id}", rule: rule.list_project_quotas, of: named, run: list }),
];

type Own = Ctx<ArtifactScope>;
interface Asked {
  readonly project_id: string;
  readonly project_quotas: readonly { readonly quota_name: string; readonly quota_value: number }[];
}
interface OfProject {
  readonly projectId: string;
}

function nothing() {
  return {};
}

function mine({ actor }: Own): OfProject {
  return { projectId: actor.projectId ?? "" };
}

function named(_ctx: Own, { path }: { path: { project_id: string } }): OfProject {
  return { projectId: path.project_id };
}

async function set(ctx: Own, _: object, { body = [] }: { body: Asked[] | undefined }) {
  for (const { project_id, project_quotas } of body) {
    for (const { quota_name } of project_quotas)
      if (own(defaultLimits, quota_name) === undefined) throw badRequest(`There is no quota ${quota_name}.`);
    const limits = project_quotas.map(({ quota_name, quota_value }) => [quota_name, quota_value]);
    await setQuotaLimits(ctx, service, project_id, Object.fromEntries(limits));
  }
}

async function listAll({ db }: Own) {
  const rows = await listQuotas(db);
  const [forAll, own] = [true, false].map((all) => rows.filter((it) => (it.projectId === QUOTA_DEFAULT) === all));
  const projects = [...new Set(own!.map(({ projectId }) => projectId))];
  const quotas = projects.map((id) => shown(id, amounts(own!.filter(({ projectId }) => projectId === id))));
  return { quotas, global_quotas: plain({ ...defaultLimits, ...amounts(forAll!) }) };
}

async function list(ctx: Own, { projectId }: OfProject) {
  return [shown(projectId, plain(await quotaLimits(ctx, service, projectId, defaultLimits)))];
}

function amounts(rows: readonly QuotaRow[]): Record<string, number> {
  return Object.fromEntries(rows.map(({ resource, amount }) => [resource, amount]));
}

/** Quotas of a type are only told where there is a limit. */
function plain(limits: Readonly<Record<string, number>>): Record<string, number> {
  return Object.fromEntries(Object.entries(limits).filter(([name, amount]) => !name.includes(":") || amount !== -1));
}

function shown(project_id: string, limits: Readonly<Record<string, number>>) {
  const project_quotas = Object.entries(limits).map(([quota_name, quota_value]) => ({ quota_name, quota_value }));
  return { project_id, project_quotas };
}
