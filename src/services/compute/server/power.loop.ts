import { Unavailable } from "#platform/service/driver.ts";
import { loop } from "../kit.ts";
import { listIdleOnHosts, notePower } from "./server.store.ts";
import { hostOf, type Server, type ServerPower } from "./server.ts";

/** Writes down the power that guests really have: one that is not on has stopped by itself, or its host did. */
export const powerSync = loop("compute.server.power", {
  every: 60,
  onHosts: true,
  async run({ db, driver, now }) {
    const powers = new Map<string, ReadonlyMap<string, ServerPower>>();
    let changed = 0;
    const servers = await listIdleOnHosts(db);
    for (const host of new Set(servers.map(hostOf))) {
      const guests = await listed(() => driver.list(host));
      if (guests) powers.set(host, new Map(guests.map((it) => [it.id, it.power])));
    }
    for (const it of servers) {
      const power = powers.has(hostOf(it)) ? (powers.get(hostOf(it))?.get(it.id) ?? "gone") : it.power;
      if (power !== it.power && (await notePower(db, it, power ?? "gone", stateFor(it, power), now))) changed += 1;
    }
    return { changed };
  },
});

/** A host that cannot be asked says nothing about its guests. */
async function listed<T>(ask: () => Promise<T>): Promise<T | undefined> {
  try {
    return await ask();
  } catch (why) {
    if (why instanceof Unavailable) return undefined;
    throw why;
  }
}

function stateFor({ state }: Server, power: ServerPower | null) {
  return state === "active" && power !== "on" ? "stopped" : state;
}
