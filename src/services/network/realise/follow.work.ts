import type { Tx } from "#platform/service/kit.ts";
import type { NetworkScope } from "../kit.ts";
import { realiseNetwork } from "../network/realise.saga.ts";
import { listPortsOn } from "../port/port.store.ts";
import { isSwitchPort, owners, type Port } from "../port/port.ts";
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

/** Tells the data plane of the router that a leg or gateway belongs to. */
export async function startRoutersOf(tx: Work, { deviceId, deviceOwner, networkId }: Port): Promise<void> {
  if (deviceOwner === owners.metadata) await tx.start(realiseNetwork, networkId);
  else if (deviceOwner.startsWith("network:router_")) await tx.start(realiseRouter, deviceId);
}
