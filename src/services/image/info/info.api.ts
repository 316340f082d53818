import { anyToken } from "#platform/api/rules.ts";
import type { Ctx } from "#platform/service/kit.ts";
import type { ImageDriver, Store } from "../driver.ts";
import { asking, type ImageScope, route } from "../kit.ts";
import { usageAndLimits } from "../quota.ts";
import { rule as rules } from "../rules.ts";
import { importMethodsOf } from "../settings.ts";

const rule = anyToken("Tell what this Image service can do.");

/** https://docs.openstack.org/api-ref/image/v2/index.html#image-service-info-discovery */
export const infoRoutes = [
  route({ on: "GET /info/import", rule, of: nobody, run: methods }),
  asking({ on: "GET /info/stores", rule, of: nobody, call: storesOf, run: stores }),
  asking({ on: "GET /info/stores/detail", rule: rules.stores_info_detail, of: nobody, call: storesOf, run: details }),
  route({ on: "GET /info/usage", rule, of: nobody, run: usage }),
];

type Own = Ctx<ImageScope>;

function nobody() {
  return {};
}

/** Images come in by upload, or by one of these. */
function methods({ settings }: Own) {
  const value = importMethodsOf(settings);
  return { "import-methods": { description: "Import methods available.", type: "array", value } };
}

async function storesOf(driver: ImageDriver): Promise<readonly Store[]> {
  return driver.stores;
}

function stores(_: Own, __: object, ___: object, all: readonly Store[]) {
  return { stores: all.map(shown) };
}

function shown({ id, description, isDefault }: Store) {
  return { id, description, ...(isDefault && { default: "true" }) };
}

function details(_: Own, __: object, ___: object, all: readonly Store[]) {
  return { stores: all.map((it) => ({ ...shown(it), type: it.type, weight: 0, properties: {} })) };
}

async function usage(ctx: Own) {
  const { limits, used } = await usageAndLimits(ctx, ctx.actor.projectId ?? "");
  const entries = Object.entries(limits) as [keyof typeof used, number][];
  return { usage: Object.fromEntries(entries.map(([name, limit]) => [name, { limit, usage: used[name] }])) };
}
