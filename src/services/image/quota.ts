import { tooLarge } from "#platform/api/errors.ts";
import type { Tx } from "#platform/service/kit.ts";
import { quotaLevels, quotaLimits, withinQuota } from "#platform/store/quota.ts";
import { usageOf } from "./image/image.store.ts";
import type { ImageScope } from "./kit.ts";

type Own = Tx<ImageScope>;
export const defaultLimits = {
  image_size_total: -1,
  image_stage_total: -1,
  image_count_total: -1,
  image_count_uploading: -1,
};
type Resource = keyof typeof defaultLimits;
type Amounts = Readonly<Partial<Record<Resource, number>>>;
const service = "image";

/** Lets so much more pass for a project, or throws 413. */
export async function requireRoom(tx: Own, projectId: string | null, asked: Amounts) {
  if (projectId === null) return;
  const used = (projectIds: readonly string[]) => usageFor(tx, projectIds);
  const refuse = ({ resource, limit, used, asked }: { resource: string; limit: number; used: number; asked: number }) =>
    over(projectId, resource, limit, used + asked);
  await withinQuota(tx, { service, projectId, defaults: defaultLimits, asked: { ...asked } as never, used, refuse });
}

/** Throws 413 where a project has more than it may already: how much comes next, nobody knows before it has come. */
export async function requireNotOver(tx: Own, projectId: string | null, ...resources: readonly Resource[]) {
  if (projectId === null) return;
  for (const { projectIds, limits } of await quotaLevels(tx, service, projectId, defaultLimits)) {
    const limited = resources.filter((resource) => limits[resource]! >= 0);
    const used = limited.length > 0 ? await usageFor(tx, projectIds) : undefined;
    for (const resource of limited)
      if (used![resource] > limits[resource]!) throw over(projectId, resource, limits[resource]!, used![resource]);
  }
}

function over(projectId: string, resource: string, limit: number, total: number) {
  return tooLarge(
    `Request returned failure status: Project ${projectId} is over a limit for [Resource ${resource} is over limit of ${limit} due to current usage and delta: total ${total}]`,
  );
}

/** What a project has and may have: sizes in MiB. */
export async function usageAndLimits(tx: Own, projectId: string) {
  const limits = (await quotaLimits(tx, service, projectId, defaultLimits)) as Record<Resource, number>;
  return { limits, used: await usageFor(tx, [projectId]) };
}

const mebibytes = (bytes: number) => Math.floor(bytes / 2 ** 20);

async function usageFor({ db }: Own, projectIds: readonly string[]): Promise<Record<Resource, number>> {
  const { count, bytes, staged, uploading } = await usageOf(db, projectIds);
  return {
    image_size_total: mebibytes(bytes),
    image_stage_total: mebibytes(staged),
    image_count_total: count,
    image_count_uploading: uploading,
  };
}
