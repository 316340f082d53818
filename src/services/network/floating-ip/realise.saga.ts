import { type RealiseTx, realise } from "../realise/realise.saga.ts";
import { floatingIpWish } from "../realise/specs.store.ts";
import { noteRow } from "../resource/resource.store.ts";

/** Brings the data plane up to a floating address's row, or drops it when it leads nowhere. */
export const realiseFloatingIp = realise("network.floatingip.realise", {
  wish: floatingIpWish,
  put: (driver, spec) => driver.putFloatingIp(spec),
  drop: (driver, id) => driver.dropFloatingIp(id),
  done: async (tx) => note(tx, (await leadsSomewhere(tx)) ? "ACTIVE" : "DOWN"),
  /** An address that leads nowhere must not be left outside: that is tried until it is done. */
  async isAskedAgain(tx) {
    const leads = await leadsSomewhere(tx);
    if (leads) await note(tx, "ERROR");
    return leads;
  },
});

async function leadsSomewhere({ db, subject }: RealiseTx): Promise<boolean> {
  return (await floatingIpWish(db, subject)) !== null;
}

function note({ db, subject }: RealiseTx, status: "ACTIVE" | "DOWN" | "ERROR"): Promise<unknown> {
  return noteRow(db, "networkFloatingIps", subject, { status });
}
