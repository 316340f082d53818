import { listener } from "../kit.ts";
import { findServer } from "../server/server.store.ts";
import { detachInterface } from "./detach.saga.ts";

interface Deleted {
  readonly portId: string;
  readonly serverId: string;
}

/** Takes the nic of a port that was deleted at the network out of its guest, as Nova does at "network-vif-deleted". */
export const followDeletedPorts = listener("compute.interface-attachment.follow", {
  on: "port.deleted",
  async run(tx, { portId, serverId }: Deleted) {
    const it = await findServer(tx.db, serverId);
    if (it?.host) await tx.start(detachInterface, it.id, { portId });
  },
});
