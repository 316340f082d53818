import { loop } from "../kit.ts";
import { deleteArrival, listArrivals } from "./arrival.store.ts";

/** Images whose push was cut off with its program go: nobody has seen them. */
export const arrivals = loop("container-registry.image.arrivals", {
  every: 60,
  async run({ db, write }) {
    let changed = 0;
    for (const { imageId } of await listArrivals(db)) {
      const ended = await write(async (tx) => {
        if (!(await tx.needs.image.forgetUnfinished(tx, imageId))) return false;
        await deleteArrival(tx.db, imageId);
        return true;
      });
      if (ended) changed += 1;
    }
    return { changed };
  },
});
