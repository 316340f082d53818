import { setTimeout as pause } from "node:timers/promises";
import { Busy, HasClones } from "#agent/ceph/ceph.ts";
import { hasClones, type Info, infoById, listForgotten, takeFromTrash, unless } from "#agent/ceph/images.ts";
import { Gone, Unavailable } from "#platform/service/driver.ts";
import { isOurs } from "./names.ts";
import type { Pool } from "./pool.ts";

/**
 * Removes an image with its snapshots. One that others are clones of goes to the pool's trash, where its name is free and its
 * blocks stay, until the last of those goes. Says whether there was one.
 */
export async function removeImage(pool: Pool, name: string): Promise<boolean> {
  const it = await pool.find(name);
  if (!it) return false;
  const at = `${pool.name}/${name}`;
  if (it.snapshot_count > 0) await pool.ceph.rbd(["snap", "purge", "--no-progress", at]);
  const remove = () => pool.ceph.rbd(["rm", "--no-progress", at]);
  await remove()
    .catch(async (why) => {
      unless(Busy)(why);
      await evict(pool, name);
      await remove();
    })
    .catch(async (why) => {
      unless(HasClones)(why);
      await pool.ceph.rbd(["trash", "mv", at], { limit: 60_000 });
      await reap(pool, it.id);
    })
    .catch(unless(Gone));
  await reapParent(pool, it);
  return true;
}

/** Takes away what a removal that was cut short has left in the trash. */
export async function sweep(pool: Pool): Promise<void> {
  for (const { id } of await listForgotten(pool.ceph, pool.name, isOurs)) await reap(pool, id);
}

/**
 * Makes sure that nobody has the image open. Whoever serves it elsewhere is dead, or is to stop: Ceph takes nothing from them any
 * more. Commands have an image open for a moment only.
 */
export async function evict(pool: Pool, name: string): Promise<void> {
  for (let turn = 0; turn < 50; turn++) {
    const watchers = await watchersOf(pool, name);
    if (watchers.length === 0) return;
    if (turn === moment) for (const address of watchers) await pool.ceph.ceph(["osd", "blocklist", "add", address]);
    await pause(200);
  }
  throw new Unavailable(`Somebody has ${name} open.`);
}
const moment = 5;

async function watchersOf(pool: Pool, name: string): Promise<string[]> {
  const said = await pool.ceph.rbd(["status", "--format", "json", `${pool.name}/${name}`], { limit: 60_000 });
  return (JSON.parse(said).watchers as { address: string }[]).map(({ address }) => address);
}

async function reapParent(pool: Pool, { parent }: Info) {
  if (parent?.trash && parent.pool === pool.name && isOurs(parent.image)) await reap(pool, parent.id);
}

async function reap(pool: Pool, id: string): Promise<void> {
  const it = await infoById(pool.ceph, pool.name, id);
  if (it && !hasClones(it) && (await takeFromTrash(pool.ceph, pool.name, id))) await reapParent(pool, it);
}
