import type { CallContext, StepTx } from "#platform/service/kit.ts";
import type { BlockStorageDriver, Connection } from "../driver.ts";
import { act, type Storage, saga } from "../kit.ts";
import { changeAttachment, findAttachment } from "./attachment.store.ts";
import { opener } from "./attachment.ts";

interface Given {
  readonly volumeId: string;
}

/** Makes a reserved volume reachable for its server on the server's host. */
export const connectAttachment = saga<Given>("block-storage.attachment.connect", {
  moves: ({ volumeId }) => [volumeId],
  steps: [act("serve", { within: 600, ask: place, call: serve, note: told, undo: { ask: place, call: stop } })],
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

async function serve(
  driver: BlockStorageDriver,
  it: Place | null,
  { signal }: CallContext,
): Promise<Connection | null> {
  return it && driver.connect(it.volumeId, it.host, it.serverId, signal);
}

async function stop(driver: BlockStorageDriver, it: Place | null, { signal }: CallContext) {
  if (it) await driver.disconnect(it.volumeId, it.host, it.serverId, signal);
}

async function told(tx: StepTx<Storage>, connection: Connection | null) {
  const it = await findAttachment(tx.db, tx.subject);
  if (!it || !connection) return;
  await changeAttachment(tx.db, it.id, { connection });
  await tx.emit("attachment.connected", { attachmentId: it.id, serverId: it.serverId, volumeId: it.volumeId });
}

async function fault(tx: StepTx<Storage>, why: Error) {
  await changeAttachment(tx.db, tx.subject, { fault: why.message, connection: null });
}
