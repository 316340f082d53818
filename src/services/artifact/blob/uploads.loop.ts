import type { World } from "#platform/service/kit.ts";
import { type Trace, unwanted } from "#platform/service/trace.ts";
import type { Place } from "../driver.ts";
import { type ArtifactScope, loop } from "../kit.ts";
import { endUpload, listComing, listSilent } from "./blob.store.ts";
import { silence } from "./blob.ts";
import { listBytes, listExpected } from "./bytes.store.ts";

type Own = World<ArtifactScope>;

/** Takes back uploads whose process is gone, and removes bytes that nobody wants. */
export const uploadSweep = loop("artifact.blob.uploads", {
  every: 60,
  run: async (world) => ({ changed: (await takeBack(world)) + (await sweep(world)) }),
});

async function takeBack({ db, driver, now, write }: Own): Promise<number> {
  let changed = 0;
  const since = new Date(Date.parse(now) - silence * 1000).toISOString();
  for (const { uploadStore, uploadKey } of await listSilent(db, since)) {
    if (!(await write((tx) => endUpload(tx.db, uploadKey!)))) continue;
    await driver.delete({ store: uploadStore!, key: uploadKey! });
    changed += 1;
  }
  return changed;
}

async function sweep(world: Own): Promise<number> {
  const orphans = await listOrphans(world);
  for (const at of orphans) await world.driver.delete(at);
  return orphans.length;
}

/** Bytes that no row wants. Traces are read first: what begins afterwards has its row before it has bytes. */
export async function listOrphans({ db, driver }: Own): Promise<readonly (Trace & Place)[]> {
  const traces = await driver.traces();
  return unwanted(traces, [...(await listBytes(db)), ...(await listComing(db)), ...(await listExpected(db))]);
}
