import { badRequest } from "#platform/api/errors.ts";
import { action, type Context } from "../kit.ts";
import { requireVolumeSize, takeRoom } from "../quota/quota.store.ts";
import { isTrue } from "../shapes.ts";
import { extendVolume } from "./extend.saga.ts";
import { loadVolume as of } from "./volume.api.ts";
import { sameType } from "./volume.creation.ts";
import { removeVolume } from "./volume.removal.ts";
import { adminActionRules, volumeRules as rule } from "./volume.rules.ts";
import {
  bootableBody,
  empty,
  extendBody,
  type ResetStatus,
  readonlyBody,
  resetBody,
  retypeBody,
} from "./volume.schema.ts";
import { changeVolume, getVolume, takeVolume } from "./volume.store.ts";
import { type Volume, volumeLife, volumeStatuses } from "./volume.ts";

const on = "POST /volumes/{id}/action";
const status = { "3.0": 202 };
const admin = adminActionRules;

export const volumeActions = [
  action({ on, key: "os-extend", rule: rule.extend, body: extendBody, status, of, run: extend }),
  action({ on, key: "os-reset_status", rule: admin.reset_status, body: resetBody, status, of, run: reset }),
  action({ on, key: "os-set_bootable", rule: rule.update, body: bootableBody, of, run: setBootable }),
  action({
    on,
    key: "os-update_readonly_flag",
    rule: rule.update_readonly_flag,
    body: readonlyBody,
    status,
    of,
    run: setReadonly,
  }),
  action({
    on,
    key: "os-force_delete",
    rule: admin.force_delete,
    body: empty("os-force_delete"),
    status,
    of,
    run: forceDelete,
  }),
  action({ on, key: "os-retype", rule: rule.retype, body: retypeBody, status, of, run: retype }),
];

async function extend(ctx: Context, it: Volume, { body }: { body: { "os-extend": { new_size: number | string } } }) {
  const growingTo = Number(body["os-extend"].new_size);
  requireGrowth(it, growingTo);
  await requireVolumeSize(ctx, it.projectId, growingTo);
  await takeRoom(ctx, it.projectId, await sameType(ctx, it), { gigabytes: growingTo - it.gib });
  if (!(await takeVolume(ctx.db, it.id, volumeLife.verbs.extend, { growingTo, updatedAt: ctx.now }))) {
    const { status, gib } = await getVolume(ctx.db, it.id);
    requireGrowth({ gib }, growingTo); // another one has just made it larger
    throw badRequest(`Invalid volume: Volume ${it.id} status must be available to extend, but it is ${status}.`);
  }
  await ctx.start(extendVolume, it.id);
}

function requireGrowth({ gib }: Pick<Volume, "gib">, growingTo: number) {
  if (growingTo > gib) return;
  throw badRequest(
    `Invalid input received: New size for extend must be greater than current size. (current: ${gib}, extended: ${growingTo}).`,
  );
}

async function reset(ctx: Context, it: Volume, { body }: { body: ResetStatus }) {
  const { status, attach_status: attach, migration_status: migration } = body["os-reset_status"];
  if (!status && !attach && !migration)
    throw badRequest("Must specify 'status', 'attach_status' or 'migration_status' for update.");
  if (status && !volumeStatuses.includes(status.toLowerCase()))
    throw badRequest(`Must specify a valid status: '${status}' is none.`);
  if (status) await changeVolume(ctx.db, it.id, { status: status.toLowerCase(), updatedAt: ctx.now });
}

async function setBootable(
  ctx: Context,
  it: Volume,
  { body }: { body: { "os-set_bootable": { bootable: boolean | string } } },
) {
  await changeVolume(ctx.db, it.id, { bootable: isTrue(body["os-set_bootable"].bootable), updatedAt: ctx.now });
}

async function setReadonly(
  ctx: Context,
  it: Volume,
  { body }: { body: { "os-update_readonly_flag": { readonly: boolean | string } } },
) {
  if (it.status !== "available")
    throw badRequest(
      `Invalid volume: Volume ${it.id} status must be available to update readonly flag, but current status is: ${it.status}.`,
    );
  await changeVolume(ctx.db, it.id, {
    readonly: isTrue(body["os-update_readonly_flag"].readonly),
    updatedAt: ctx.now,
  });
}

function forceDelete(ctx: Context, it: Volume) {
  return removeVolume(ctx, it, { force: true, cascade: false });
}

function retype(): never {
  throw badRequest("Invalid input received: Volumes here keep the type that they were created with.");
}
