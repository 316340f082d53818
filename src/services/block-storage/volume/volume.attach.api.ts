import { badRequest } from "#platform/api/errors.ts";
import {
  newAttachment,
  releaseAttachment,
  requireMode,
  requireOutsideCompute,
} from "../attachment/attachment.release.ts";
import { insertAttachment, listAttachmentsOf } from "../attachment/attachment.store.ts";
import { action, type Context } from "../kit.ts";
import { loadVolume as of } from "./volume.api.ts";
import { actionRules as rule } from "./volume.rules.ts";
import { type AttachByHand, attachBody, detachBody, empty } from "./volume.schema.ts";
import { takeVolume } from "./volume.store.ts";
import { type Volume, volumeLife } from "./volume.ts";

const on = "POST /volumes/{id}/action";
const status = { "3.0": 202 };

/** Attachments kept by hand, from before they were a resource: what is written down, and nothing is connected. */
export const volumeAttachActions = [
  action({ on, key: "os-attach", rule: rule.attach, body: attachBody, status, of, run: attach }),
  action({ on, key: "os-detach", rule: rule.detach, body: detachBody, status, of, run: detach }),
  action({
    on,
    key: "os-reserve",
    rule: rule.reserve,
    body: empty("os-reserve"),
    status,
    of,
    run: move("reserve", ["available"], "attaching"),
  }),
  action({
    on,
    key: "os-unreserve",
    rule: rule.unreserve,
    body: empty("os-unreserve"),
    status,
    of,
    run: move("unreserve", ["attaching"], "available"),
  }),
  action({
    on,
    key: "os-begin_detaching",
    rule: rule.begin_detaching,
    body: empty("os-begin_detaching"),
    status,
    of,
    run: move("detach", volumeLife.verbs.detach.from, volumeLife.verbs.detach.busy),
  }),
  action({
    on,
    key: "os-roll_detaching",
    rule: rule.roll_detaching,
    body: empty("os-roll_detaching"),
    status,
    of,
    run: move("roll detaching", ["detaching"], "in-use"),
  }),
];

async function attach(ctx: Context, it: Volume, { body }: { body: AttachByHand }) {
  const { instance_uuid: serverId = null, host_name: host = null, mountpoint, mode = "rw" } = body["os-attach"];
  await requireFree(ctx, it);
  requireMode(it, mode);
  const from = ["available", "attaching", "reserved", "downloading"];
  if (!(await takeVolume(ctx.db, it.id, { from, busy: "in-use" }, { updatedAt: ctx.now }))) throw refusal(it, "attach");
  const known = { volumeId: it.id, projectId: it.projectId, serverId, host, mode, byCompute: false };
  await insertAttachment(
    ctx.db,
    newAttachment(ctx, { ...known, device: mountpoint, status: "attached", attachedAt: ctx.now }),
  );
}

async function detach(
  ctx: Context,
  it: Volume,
  { body }: { body: { "os-detach": { attachment_id?: string | null } | null } },
) {
  const asked = body["os-detach"]?.attachment_id;
  const all = await listAttachmentsOf(ctx.db, [it.id]);
  const one = asked ? all.find(({ id }) => id === asked) : all[0];
  if (!one) {
    const freed = await takeVolume(ctx.db, it.id, { from: ["detaching", "in-use"], busy: "available" });
    if (!freed) throw refusal(it, "detach");
    return;
  }
  requireOutsideCompute(one);
  await releaseAttachment(ctx, one);
}

/** Only the words change. What Compute holds is not moved by hand. */
function move(verb: string, from: readonly string[], busy: string) {
  return async (ctx: Context, it: Volume) => {
    const [held] = await listAttachmentsOf(ctx.db, [it.id]);
    if (held) requireOutsideCompute(held);
    if (!(await takeVolume(ctx.db, it.id, { from, busy }, { updatedAt: ctx.now }))) throw refusal(it, verb);
  };
}

async function requireFree(ctx: Context, it: Volume) {
  if ((await listAttachmentsOf(ctx.db, [it.id])).length > 0) throw refusal(it, "attach");
}

function refusal({ id, status }: Volume, verb: string) {
  return badRequest(`Invalid volume: Unable to ${verb} volume ${id}: its status is ${status}.`);
}
