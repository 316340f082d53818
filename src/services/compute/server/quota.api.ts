import { ApiError, forbidden } from "#platform/api/errors.ts";
import type { Ctx } from "#platform/service/kit.ts";
import { withinQuota } from "#platform/store/quota.ts";
import type { Flavor } from "../flavor/flavor.ts";
import type { Compute } from "../kit.ts";
import { limitsOf } from "../quota/quota.store.ts";
import { type Amounts, type QuotaResource, quotaDefaults } from "../quota/quota.ts";
import type { AskedServer } from "./asked.ts";
import { countUsage } from "./server.store.ts";

type Size = Pick<Flavor, "vcpus" | "memoryMib">;

/** How many of the asked servers the project may have: the most that fit, at least the least that was asked for. */
export async function withinLimits(
  ctx: Ctx<Compute>,
  projectId: string,
  flavor: Size,
  asked: AskedServer,
  min: number,
  max: number,
): Promise<number> {
  const limits = await limitsOf(ctx, projectId);
  refuseMuch(limits, asked);
  for (let count = max; ; count--) {
    try {
      await fits(ctx, { projectId, limits }, flavor, count);
      return count;
    } catch (why) {
      if (!(why instanceof ApiError) || count === min) throw why;
    }
  }
}

interface Limited {
  readonly projectId: string;
  readonly limits: Amounts;
}
async function fits(ctx: Ctx<Compute>, { projectId, limits }: Limited, { vcpus, memoryMib }: Size, count: number) {
  await withinQuota(ctx, {
    service: "compute",
    projectId,
    defaults: quotaDefaults,
    limits,
    asked: { instances: count, cores: count * vcpus, ram: count * memoryMib },
    used: (projectIds) => countUsage(ctx.db, projectIds),
    refuse: ({ resource, limit, used, asked }) =>
      forbidden(`Quota exceeded for ${resource}: Requested ${asked}, but already used ${used} of ${limit} ${resource}`),
  });
}

/** The limits on what one request may carry. */
function refuseMuch(limits: Amounts, { metadata = {}, personality = [] }: AskedServer) {
  const over = (resource: QuotaResource, amount: number) =>
    (limits[resource] ?? -1) >= 0 && amount > (limits[resource] ?? -1);
  if (over("metadata_items", Object.keys(metadata).length))
    throw forbidden(`Maximum number of metadata items exceeds ${limits.metadata_items}`);
  if (over("injected_files", personality.length)) throw forbidden("Personality file limit exceeded");
  for (const { path = "", contents = "" } of personality) {
    if (over("injected_file_path_bytes", path.length)) throw forbidden("Personality file path exceeds maximum length");
    const bytes = Buffer.from(contents, "base64").length;
    if (over("injected_file_content_bytes", bytes)) throw forbidden("Personality file content exceeds maximum length");
  }
}
