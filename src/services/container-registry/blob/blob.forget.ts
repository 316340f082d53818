import type { Transaction } from "../kit.ts";
import type { Place } from "../repository/repository.ts";
import { dropLink, dropUnseen, holdBlob } from "./blob.store.ts";
import { dropBytes } from "./drop-bytes.saga.ts";

/**
 * A blob whose link is held can be seen in a repository no longer; where that was the last, its bytes go. False: a manifest speaks
 * of it.
 */
export async function forget(tx: Transaction, place: Place, key: string): Promise<boolean> {
  if (!(await dropLink(tx.db, place, key))) return false;
  await holdBlob(tx.db, key);
  if (await dropUnseen(tx.db, key)) await tx.start(dropBytes, key);
  return true;
}
