import type { World } from "#platform/service/kit.ts";
import { type ImageScope, loop } from "../kit.ts";
import { delayOf } from "../settings.ts";
import { deleteExpiredTasks } from "../task/task.store.ts";
import { forget } from "./image.delete.ts";
import { listDeletedBefore, lockImage } from "./image.store.ts";

/** Deletes images whose time to be restored is over, and forgets old tasks. */
export const scrub = loop("image.image.scrub", {
  every: 60,
  run: async (world) => ({ changed: (await scrubImages(world)) + (await forgetTasks(world)) }),
});

async function scrubImages({ db, now, write }: World<ImageScope>): Promise<number> {
  const until = await write(async ({ settings }) => new Date(Date.parse(now) - delayOf(settings) * 1000).toISOString());
  const due = await listDeletedBefore(db, until);
  let changed = 0;
  for (const { id } of due) {
    changed += await write(async (tx) => {
      const it = await lockImage(tx.db, id);
      if (it?.status !== "pending_delete" || it.deletedAt === null || it.deletedAt > until) return 0;
      await forget(tx, it);
      return 1;
    });
  }
  return changed;
}

function forgetTasks({ now, write }: World<ImageScope>): Promise<number> {
  return write((tx) => deleteExpiredTasks(tx.db, now));
}
