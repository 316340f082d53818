import { loop } from "../kit.ts";
import { endSilent } from "./upload.store.ts";
import { patience } from "./upload.ts";

/** Uploads that nobody goes on with end. Whoever is at work on one is heard of all the while. */
export const uploadSweep = loop("container-registry.upload.silent", {
  every: 60,
  async run({ write, driver, now }) {
    const since = new Date(Date.parse(now) - patience * 1000).toISOString();
    const ended = await write((tx) => endSilent(tx.db, since));
    for (const id of ended) await driver.delete(id);
    return { changed: ended.length };
  },
});
