import type { Tx } from "#platform/service/kit.ts";
import type { NetworkScope } from "../kit.ts";
import { changeRow } from "../resource/resource.store.ts";
import type { Port } from "./port.ts";
import { realisePort } from "./realise.saga.ts";

type Work = Tx<NetworkScope>;

/** Binds a port to a host and starts wiring it. */
export async function bind(tx: Work, port: Port, host: string): Promise<void> {
  if (port.host === host && port.status === "ACTIVE") return;
  await changeRow(tx.db, "networkPorts", port.id, { host, fault: null, status: "DOWN" }, tx.now);
  await tx.start(realisePort, port.id);
}

/** Takes a port off its host; it stays. */
export async function unbind(tx: Work, port: Port): Promise<void> {
  if (!port.host) return;
  await changeRow(tx.db, "networkPorts", port.id, { host: "", fault: null, status: "DOWN" }, tx.now);
  await restart(tx, port.id);
}

/** Frees a port that belongs to its project from its server. */
export async function free(tx: Work, port: Port): Promise<void> {
  const to = {
    host: "",
    deviceId: "",
    deviceOwner: "",
    dnsName: "",
    nicTag: null,
    nicOrder: 0,
    fault: null,
    status: "DOWN",
  };
  await restart(tx, port.id);
  await changeRow(tx.db, "networkPorts", port.id, to, tx.now);
}

async function restart(tx: Work, portId: string): Promise<void> {
  await tx.cancel(portId);
  await tx.start(realisePort, portId);
}
