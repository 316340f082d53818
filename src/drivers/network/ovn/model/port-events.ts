import type { PortEvent } from "#services/network/driver.ts";
import type { Replica } from "../ovsdb/replica.ts";
import { portState } from "./port.ts";

/** Tells when the data plane takes a guest's port, and when it lets it go. */
export function watchPorts(replica: Replica, hear: (event: PortEvent) => void) {
  return replica.watch(({ table }, was, is) => {
    if (table !== "Logical_Switch_Port") return;
    const [before, after] = [portState(was), portState(is)];
    const portId = (after ?? before)?.portId;
    if (!portId || (before?.up ?? false) === (after?.up ?? false)) return;
    hear({ kind: after?.up ? "port.up" : "port.down", portId });
  });
}
