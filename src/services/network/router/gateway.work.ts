import type { Tx } from "#platform/service/kit.ts";
import { listFloatingIpsThrough } from "../floating-ip/floating-ip.store.ts";
import type { NetworkScope } from "../kit.ts";
import { findNetwork } from "../network/network.store.ts";
import { reallocate } from "../port/allocate.work.ts";
import { listPortsById } from "../port/port.store.ts";
import { owners, type Port } from "../port/port.ts";
import { makePort, removePort } from "../port/port.work.ts";
import { clash, no, wrong } from "../refusals.ts";
import { noteRow } from "../resource/resource.store.ts";
import type { WantedGateway } from "./router.schema.ts";
import type { Router } from "./router.ts";

type Work = Tx<NetworkScope>;

/** Leads a router out through an external network, or through none. */
export async function setGateway(
  tx: Work,
  sight: string | null,
  it: Router,
  wanted: WantedGateway | null,
): Promise<void> {
  const [old] = await listPortsById(tx.db, it.gatewayPortId ? [it.gatewayPortId] : []);
  if (wanted?.network_id === undefined) return dropGateway(tx, it, old);
  const network = await findNetwork(tx.db, sight, wanted.network_id);
  if (!network) throw no.network(wanted.network_id);
  if (!network.external)
    throw wrong.with("BadRequest", `Bad router request: Network ${network.id} is not an external network.`);
  const enableSnat = wanted.enable_snat ?? (old?.networkId === network.id ? it.enableSnat : true);
  if (old?.networkId === network.id) {
    if (wanted.external_fixed_ips) await reallocate(tx, network, old, wanted.external_fixed_ips);
    await noteRow(tx.db, "networkRouters", it.id, { enableSnat });
    return;
  }
  await dropGateway(tx, it, old);
  const port = await makePort(tx, network, {
    projectId: "",
    deviceId: it.id,
    deviceOwner: owners.routerGateway,
    fixedIps: wanted.external_fixed_ips,
    groupIds: [],
  });
  await noteRow(tx.db, "networkRouters", it.id, { gatewayPortId: port.id, enableSnat });
}

/** Takes the gateway away, unless floating addresses lead through it. */
export async function dropGateway(tx: Work, it: Router, old: Port | undefined): Promise<void> {
  if (!old) return;
  if ((await listFloatingIpsThrough(tx.db, it.id)).length > 0)
    throw clash(
      "RouterExternalGatewayInUseByFloatingIp",
      `Gateway cannot be updated for router ${it.id}, since a gateway to external network ${old.networkId} is required by one or more floating IPs.`,
    );
  await noteRow(tx.db, "networkRouters", it.id, { gatewayPortId: null, enableSnat: true });
  await removePort(tx, old);
}
