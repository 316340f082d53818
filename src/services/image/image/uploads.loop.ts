import type { World } from "#platform/service/kit.ts";
import { type ImageScope, loop } from "../kit.ts";
import { changeUploading, listSilent, listUploadIds } from "./image.store.ts";
import { silence } from "./image.ts";

/** Takes back uploads whose process is gone, and removes bytes that no image wants. */
export const uploadSweep = loop("image.image.uploads", {
  every: 60,
  run: async (world) => ({ changed: (await takeBack(world)) + (await sweep(world)) }),
});

async function takeBack({ db, driver, now, write }: World<ImageScope>): Promise<number> {
  let changed = 0;
  for (const { uploadId } of await listSilent(db, before(now, silence))) {
    const back = { status: "queued", uploadId: null, uploadAt: null } as const;
    if (!(await write((tx) => changeUploading(tx.db, uploadId!, back)))) continue;
    await driver.delete(uploadId!);
    changed += 1;
  }
  return changed;
}

function before(now: string, seconds: number): string {
  return new Date(Date.parse(now) - seconds * 1000).toISOString();
}

/** Traces are read first: an upload that begins afterwards has its row before it has bytes. */
async function sweep({ db, driver }: World<ImageScope>): Promise<number> {
  const traces = new Set((await driver.traces()).map(({ subject }) => subject));
  const wanted = await listUploadIds(db);
  const orphans = [...traces].filter((id) => !wanted.has(id));
  for (const id of orphans) await driver.delete(id);
  return orphans.length;
}
