import type { Ctx } from "#platform/service/kit.ts";
import { quotaLimits, setQuotaLimits } from "#platform/store/quota.ts";
import { type Compute, route } from "../kit.ts";
import { limitsFrom } from "./quota.api.ts";
import { classRules as rule } from "./quota.rules.ts";
import { type UpdateClass, updateClassBody } from "./quota.schema.ts";
import { defaultLimits, holderOf } from "./quota.store.ts";
import { classResourcesAt } from "./quota.ts";
import { limited } from "./quota.view.ts";

const one = "/os-quota-class-sets/{id}";

/** Classes of quotas: "default" holds for every project about which nothing else was said; nothing belongs to the others. */
export const classRoutes = [
  route({ on: `GET ${one}`, rule: rule.show, of: nobody, run: show }),
  route({ on: `PUT ${one}`, rule: rule.update, body: updateClassBody, of: nobody, run: update }),
];

interface Class {
  readonly path: { readonly id: string };
}

function nobody() {
  return {};
}

async function show(ctx: Ctx<Compute>, _it: object, { path }: Class) {
  return { quota_class_set: { id: path.id, ...(await shown(ctx, path.id)) } };
}

async function update(ctx: Ctx<Compute>, _it: object, { path, body }: Class & { body: UpdateClass }) {
  await setQuotaLimits(ctx, "compute", holderOf(path.id), limitsFrom(body.quota_class_set));
  return { quota_class_set: await shown(ctx, path.id) };
}

async function shown(ctx: Ctx<Compute>, id: string) {
  const limits = await quotaLimits(ctx, "compute", holderOf(id), await defaultLimits(ctx));
  return limited(classResourcesAt(ctx.version), limits);
}
