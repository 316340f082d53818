import { badRequest } from "#platform/api/errors.ts";
import { action, type Context } from "../kit.ts";
import { loadSnapshot as of } from "./snapshot.api.ts";
import { removeSnapshot } from "./snapshot.removal.ts";
import { snapshotExtensionRules as rule } from "./snapshot.rules.ts";
import { forceDeleteBody, resetBody, type UpdateStatus, updateStatusBody } from "./snapshot.schema.ts";
import { changeSnapshot } from "./snapshot.store.ts";
import { type Snapshot, snapshotStatuses } from "./snapshot.ts";

const on = "POST /snapshots/{id}/action";
const status = { "3.0": 202 };

export const snapshotActions = [
  action({
    on,
    key: "os-reset_status",
    rule: rule["snapshot_admin_actions:reset_status"],
    body: resetBody,
    status,
    of,
    run: reset,
  }),
  action({
    on,
    key: "os-update_snapshot_status",
    rule: rule["snapshot_actions:update_snapshot_status"],
    body: updateStatusBody,
    status,
    of,
    run: updateStatus,
  }),
  action({
    on,
    key: "os-force_delete",
    rule: rule["snapshot_admin_actions:force_delete"],
    body: forceDeleteBody,
    status,
    of,
    run: forceDelete,
  }),
];

async function reset(ctx: Context, it: Snapshot, { body }: { body: { "os-reset_status": { status: string } } }) {
  const status = body["os-reset_status"].status.toLowerCase();
  if (!snapshotStatuses.includes(status)) throw badRequest(`Must specify a valid status: '${status}' is none.`);
  await changeSnapshot(ctx.db, it.id, { status, updatedAt: ctx.now });
}

/** What may be said of a snapshot that somebody else makes or deletes. */
const sayable: Readonly<Record<string, readonly string[]>> = {
  creating: ["creating", "available", "error"],
  deleting: ["deleting", "error_deleting"],
};

async function updateStatus(ctx: Context, it: Snapshot, { body }: { body: UpdateStatus }) {
  const { status, progress = it.progress } = body["os-update_snapshot_status"];
  const allowed = sayable[it.status];
  if (!allowed) throw badRequest(`Snapshot status ${it.status} not allowed for update_snapshot_status`);
  if (!allowed.includes(status))
    throw badRequest(`Provided snapshot status ${status} not allowed for snapshot with status ${it.status}.`);
  await changeSnapshot(ctx.db, it.id, { status, progress, updatedAt: ctx.now });
}

function forceDelete(ctx: Context, it: Snapshot) {
  return removeSnapshot(ctx, it, { force: true });
}
