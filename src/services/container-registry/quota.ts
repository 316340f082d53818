import { quotaLevels, withinQuota } from "#platform/store/quota.ts";
import { refusal } from "./error.ts";
import type { Context, Transaction } from "./kit.ts";
import { bytesOf } from "./quota.store.ts";

const service = "container-registry";
const resource = "registry_size_total";
const defaults = { [resource]: -1 };
const mebibyte = 2 ** 20;

/** Lets so many bytes more pass for a project, or refuses them. The limit is in MiB. */
export async function requireRoom(tx: Transaction, projectId: string, bytes: number): Promise<void> {
  const used = async (ids: readonly string[]) => ({ [resource]: (await bytesOf(tx.db, ids)) / mebibyte });
  const asked = { [resource]: bytes / mebibyte };
  await withinQuota(tx, { service, projectId, defaults, asked, used, refuse: ({ limit }) => over(limit) });
}

/** How many bytes a project may still push. */
export async function roomOf(ctx: Context, projectId: string): Promise<number> {
  let room = Number.POSITIVE_INFINITY;
  for (const { projectIds, limits } of await quotaLevels(ctx, service, projectId, defaults)) {
    const limit = limits[resource]!;
    if (limit >= 0) room = Math.min(room, limit * mebibyte - (await bytesOf(ctx.db, projectIds)));
  }
  return Math.max(0, room);
}

function over(limit: number) {
  return refusal("DENIED", `The project may have ${limit} MiB in its repositories, and this would be more.`);
}
