import { badRequest } from "#platform/api/errors.ts";
import type { Tx } from "#platform/service/kit.ts";
import type { Storage } from "../kit.ts";
import { deleteSnapshot } from "./delete.saga.ts";
import { takeSnapshot } from "./snapshot.store.ts";
import { type Snapshot, snapshotLife, snapshotStatuses } from "./snapshot.ts";

/** Takes the snapshot for its end and starts that; `force`: whatever its status is. */
export async function removeSnapshot(tx: Tx<Storage>, it: Snapshot, { force }: { force: boolean }) {
  const { from, busy } = snapshotLife.verbs.delete;
  await tx.cancel(it.id);
  if (!(await takeSnapshot(tx.db, it.id, force ? snapshotStatuses : from, busy)))
    throw badRequest(
      `Invalid snapshot: Snapshot status must be ${from.join(" or ")}, and snapshot must not be part of a group or disassociated from its volume after a transfer.`,
    );
  await tx.start(deleteSnapshot, it.id);
}
