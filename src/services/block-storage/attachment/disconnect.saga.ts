import type { CallContext, StepTx } from "#platform/service/kit.ts";
import type { BlockStorageDriver } from "../driver.ts";
import { act, type Storage, saga, write } from "../kit.ts";
import { takeVolume } from "../volume/volume.store.ts";
import { volumeLife } from "../volume/volume.ts";
import { changeAttachment, deleteAttachmentRow, findAttachment } from "./attachment.store.ts";
import { opener } from "./attachment.ts";

interface Given {
  readonly volumeId: string;
}

/** Ends an attachment: nobody can open the volume any more, then it is available again. */
export const disconnectAttachment = saga<Given>("block-storage.attachment.disconnect", {
  moves: ({ volumeId }) => [volumeId],
  steps: [act("stop", { within: 3600, ask: place, call: stop }), write("forget", { within: 30, run: forget })],
  failed: fault,
});

interface Place {
  readonly volumeId: string;
  readonly host: string;
  readonly serverId: string;
}

async function place(tx: StepTx<Storage>): Promise<Place | null> {
  const it = await findAttachment(tx.db, tx.subject);
  return it?.host ? { volumeId: it.volumeId, host: it.host, serverId: opener(it) } : null;
}

async function stop(driver: BlockStorageDriver, it: Place | null, { signal }: CallContext) {
  if (it) await driver.disconnect(it.volumeId, it.host, it.serverId, signal);
}

async function forget(tx: StepTx<Storage>) {
  const it = await findAttachment(tx.db, tx.subject);
  if (!it) return;
  await deleteAttachmentRow(tx.db, it.id);
  await free(tx, it.volumeId);
  await tx.emit("attachment.gone", { attachmentId: it.id, serverId: it.serverId, volumeId: it.volumeId });
}

async function fault(tx: StepTx<Storage>, why: Error) {
  const it = await findAttachment(tx.db, tx.subject);
  if (!it) return;
  await changeAttachment(tx.db, it.id, { fault: why.message, status: "error_detaching", releasing: false });
  await takeVolume(tx.db, it.volumeId, { from: held, busy: "error" }, { fault: why.message });
}

const held = ["reserved", "attaching", "in-use", "detaching"];

async function free(tx: StepTx<Storage>, volumeId: string) {
  await takeVolume(tx.db, volumeId, { from: held, busy: volumeLife.verbs.detach.to }, { updatedAt: tx.now });
}
