import type { World } from "#platform/service/kit.ts";
import type { GuestEvent } from "../driver.ts";
import type { Compute } from "../kit.ts";
import { findServer, notePower } from "./server.store.ts";

/** Hears what guests do by themselves, tells it, and writes down those that have stopped. Returns how to end that. */
export function watchGuests(world: World<Compute>): () => void {
  return world.driver.watch((event) => {
    note(world, event).catch((err) => world.log.error({ err, ...event }, "what a guest did could not be written down"));
  });
}

/**
 * The row is read before the guest is looked at, and changed only if it is still as it was: so a stop that belongs to a
 * reboot, and is told late, is not taken for the end.
 */
async function note({ db, driver, write }: World<Compute>, { kind, host, id }: GuestEvent) {
  if (kind !== "guest.stopped") return;
  const it = await findServer(db, id);
  const stopped =
    it?.state === "active" && it.host === host && it.task === null && (await driver.power(host, id)) !== "on";
  await write(async (tx) => {
    await tx.emit(kind, { serverId: id, host });
    if (stopped && (await notePower(tx.db, it, "off", "stopped", tx.now)))
      await tx.emit("server.stopped", { serverId: id, projectId: it.projectId });
  });
}
