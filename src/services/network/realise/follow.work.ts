import type { Tx } from "#platform/service/kit.ts";
import type { NetworkScope } from "../kit.ts";
import { realiseNetwork } from "../network/realise.saga.ts";
import { listPortsOn } from "../port/port.store.ts";
import { isSwitchPort } from "../port/port.ts";
import { realisePort } from "../port/realise.saga.ts";
import { realiseRouter } from "../router/realise.saga.ts";
import { listRoutersOn } from "../router/router.store.ts";

type Work = Tx<NetworkScope>;

/** Tells the data plane of a network again, and of all that is made from its subnets. */
export async function startNetworkAndMore(tx: Work, networkId: string): Promise<void> {
  await tx.start(realiseNetwork, networkId);
  for (const routerId of await listRoutersOn(tx.db, networkId)) await tx.start(realiseRouter, routerId);
  await startPortsOn(tx, networkId);
}

export async function startPortsOn(tx: Work, networkId: string): Promise<void> {
  for (const port of (await listPortsOn(tx.db, networkId)).filter(isSwitchPort)) await tx.start(realisePort, port.id);
}
