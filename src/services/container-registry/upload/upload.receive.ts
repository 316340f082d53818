import type { Readable } from "node:stream";
import { dropBytes } from "../blob/drop-bytes.saga.ts";
import { refusal } from "../error.ts";
import type { Context, Own, Transaction } from "../kit.ts";
import { roomOf } from "../quota.ts";
import { changeHeld, endHeld, endLeft, takeUpload } from "./upload.store.ts";
import { largestBytes, silence, type Upload } from "./upload.ts";

/** An upload that this request alone has in its hands. */
export interface Held extends Upload {
  readonly holder: string;
}

/**
 * Takes an upload for this request. Where another one was at work on it and fell silent, nobody knows what it has written or still
 * writes: such an upload has ended.
 */
export async function hold(world: Own, ctx: Context, id: string): Promise<Held> {
  const holder = ctx.newId();
  const it = await world.write((tx) => takeUpload(tx.db, id, holder, tx.now));
  if (it) return { ...it, holder };
  const silent = new Date(Date.parse(world.now) - silence * 1000).toISOString();
  if (await world.write((tx) => endIfSilent(tx, id, silent))) throw unknownUpload(id);
  throw refusal("BLOB_UPLOAD_INVALID", "Another request is at work on this upload.", { status: 409 });
}

async function endIfSilent(tx: Transaction, id: string, since: string): Promise<boolean> {
  if (!(await endLeft(tx.db, id, since))) return false;
  await tx.start(dropBytes, id);
  return true;
}

/** Takes in what comes, behind what has come. What has come before an error stays, so that the client can go on from there. */
export async function receive(world: Own, ctx: Context, it: Held, bytes: Readable): Promise<Held> {
  const room = await roomOf(ctx, it.projectId);
  const limitBytes = Math.min(largestBytes, it.size + room);
  const beat = async () => {
    await world.write((tx) => changeHeld(tx.db, it.id, it.holder, { heldAt: tx.now, updatedAt: tx.now }));
  };
  try {
    const size = await world.driver.append(it.id, it.size, bytes, { limitBytes, beat });
    return { ...it, size };
  } catch (why) {
    bytes.resume();
    await letGo(world, { ...it, size: await world.driver.size(it.id) });
    throw why;
  }
}

/** The upload waits for the next request. */
export async function letGo(world: Own, { id, holder, size }: Held) {
  const to = { size, holder: null, heldAt: null };
  if (!(await world.write((tx) => changeHeld(tx.db, id, holder, { ...to, updatedAt: tx.now }))))
    throw unknownUpload(id);
}

/** The upload ends, and its bytes with it, unless they are a blob already. */
export async function giveUp(world: Own, { id, holder }: Held) {
  if (await world.write((tx) => endHeld(tx.db, id, holder))) await world.driver.delete(id);
}

export function unknownUpload(id: string) {
  return refusal("BLOB_UPLOAD_UNKNOWN", `There is no upload ${id}: it has ended, or was given up.`);
}
