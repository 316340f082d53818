import type { World } from "#platform/service/kit.ts";
import type { Served } from "../driver.ts";
import { loop, type Storage } from "../kit.ts";
import { listAttachmentsOf, listConnected } from "./attachment.store.ts";
import { type Attachment, opener } from "./attachment.ts";

/**
 * Serves what the rows say is connected and nobody serves (a host was rebooted, a server of blocks died), and stops what is
 * served for no row.
 */
export const serveConnected = loop("block-storage.serve", {
  every: 15,
  onHosts: true,
  async run(world) {
    // The rows are read last: what is served has had its row before.
    const served = await world.driver.served();
    const wanted = await listConnected(world.db);
    let changed = 0;
    for (const it of wanted) if (!isServed(it, served) && (await serve(world, it))) changed += 1;
    for (const it of await unwanted(world, served)) if (await stop(world, it)) changed += 1;
    return { changed };
  },
});

function isServed(it: Attachment, served: readonly Served[]): boolean {
  return served.some(({ volumeId, serverId }) => volumeId === it.volumeId && serverId === opener(it));
}

async function unwanted({ db }: World<Storage>, served: readonly Served[]): Promise<Served[]> {
  const volumeIds = served.map(({ volumeId }) => volumeId);
  const rows = new Set((await listAttachmentsOf(db, volumeIds)).map((it) => `${it.volumeId} ${opener(it)}`));
  return served.filter(({ volumeId, serverId }) => !rows.has(`${volumeId} ${serverId}`));
}

function serve({ driver, log }: World<Storage>, it: Attachment): Promise<boolean> {
  return worked(log, it.volumeId, () => driver.connect(it.volumeId, it.host ?? "", opener(it)));
}

function stop({ driver, log }: World<Storage>, { volumeId, host, serverId }: Served): Promise<boolean> {
  return worked(log, volumeId, () => driver.disconnect(volumeId, host, serverId));
}

/** One volume's trouble is not that of the others. */
async function worked(log: World<Storage>["log"], volumeId: string, work: () => Promise<unknown>): Promise<boolean> {
  try {
    await work();
    return true;
  } catch (why) {
    log.warn({ volumeId, why: String(why) }, "a volume is not served as it should be");
    return false;
  }
}
