import type { Trace } from "#platform/service/trace.ts";
import { loop, type Own } from "../kit.ts";
import { forget } from "./blob.forget.ts";
import { holdForgotten, listKeys } from "./blob.store.ts";
import { graceSeconds } from "./blob.ts";

const most = 100;

/** Blobs of which no manifest speaks leave their repositories, and bytes that no row has are removed. */
export const garbage = loop("container-registry.blob.garbage", {
  every: 60,
  run: async (world) => ({ changed: (await leave(world)) + (await sweep(world)) }),
});

/** What a push in flight refers to was seen a moment ago, and stays. */
async function leave({ write, now }: Own): Promise<number> {
  const since = new Date(Date.parse(now) - graceSeconds * 1000).toISOString();
  return write(async (tx) => {
    const links = await holdForgotten(tx.db, since, most);
    let changed = 0;
    for (const { key, ...place } of links) if (await forget(tx, place, key)) changed += 1;
    return changed;
  });
}

async function sweep(world: Own): Promise<number> {
  const orphans = await listOrphans(world);
  for (const { subject } of orphans) await world.driver.delete(subject);
  return orphans.length;
}

/** Bytes that no row has. Traces are read first: what begins afterwards has its row before it has bytes. */
export async function listOrphans({ db, driver }: Own): Promise<readonly Trace[]> {
  const traces = await driver.traces();
  const wanted = new Set(await listKeys(db));
  return traces.filter(({ subject }) => !wanted.has(subject));
}
