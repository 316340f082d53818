import { atLeast } from "#platform/api/versions.ts";
import { type Context, isAdmin, type Owner, route } from "../kit.ts";
import { anyQuery, type Query } from "../shapes.ts";
import { limitRules } from "./quota.rules.ts";
import { limits, usage } from "./quota.store.ts";

const query = anyQuery;

export const limitRoutes = [route({ on: "GET /limits", rule: limitRules.used_limits, query, of: owner, run: show })];

/** Since 3.39 an administrator may ask for another project. */
function owner(ctx: Context, { query }: { query: Query }): Owner {
  const { projectId, userId } = ctx.actor;
  const other = atLeast(ctx.version, "3.39") && isAdmin(ctx) ? query.project_id : undefined;
  return { projectId: other ?? projectId, userId };
}

async function show(ctx: Context, { projectId = "" }: Owner) {
  const [most, used] = [await limits(ctx, projectId), await usage(ctx, [projectId])];
  const absolute = {
    maxTotalVolumes: most.volumes,
    maxTotalSnapshots: most.snapshots,
    maxTotalVolumeGigabytes: most.gigabytes,
    maxTotalBackups: most.backups,
    maxTotalBackupGigabytes: most.backup_gigabytes,
    totalVolumesUsed: used.volumes,
    totalSnapshotsUsed: used.snapshots,
    totalGigabytesUsed: used.gigabytes,
    totalBackupsUsed: 0,
    totalBackupGigabytesUsed: 0,
  };
  return { limits: { rate: [], absolute } };
}
