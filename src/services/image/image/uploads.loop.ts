import type { World } from "#platform/service/kit.ts";
import { type Trace, unwanted } from "#platform/service/trace.ts";
import type { Place } from "../driver.ts";
import { type ImageScope, loop } from "../kit.ts";
import { listBlobs, listExpected } from "../place/place.store.ts";
import { changeUploading, listComing, listSilent } from "./image.store.ts";
import { comingInto, silence } from "./image.ts";

type Own = World<ImageScope>;

/** Takes back uploads whose process is gone, and removes bytes that no image wants. */
export const uploadSweep = loop("image.image.uploads", {
  every: 60,
  run: async (world) => ({ changed: (await takeBack(world)) + (await sweep(world)) }),
});

async function takeBack({ db, driver, now, write }: Own): Promise<number> {
  let changed = 0;
  for (const it of await listSilent(db, before(now, silence))) {
    const back = { status: "queued", uploadId: null, uploadStore: null, uploadAt: null } as const;
    if (!(await write((tx) => changeUploading(tx.db, it.uploadId!, back)))) continue;
    for (const at of comingInto(it)) await driver.delete(at);
    changed += 1;
  }
  return changed;
}

function before(now: string, seconds: number): string {
  return new Date(Date.parse(now) - seconds * 1000).toISOString();
}

async function sweep(world: Own): Promise<number> {
  const orphans = await listOrphans(world);
  for (const at of orphans) await world.driver.delete(at);
  return orphans.length;
}

/** Bytes that no row wants. Traces are read first: what begins afterwards has its row before it has bytes. */
export async function listOrphans({ db, driver }: Own): Promise<readonly (Trace & Place)[]> {
  const traces = await driver.traces();
  return unwanted(traces, [...(await listBlobs(db)), ...(await listComing(db)), ...(await listExpected(db))]);
}
