import type { World } from "#platform/service/kit.ts";
import type { PortEvent } from "../driver.ts";
import type { NetworkScope } from "../kit.ts";
import { writeOverlayMtu } from "../network/data-plane.store.ts";
import { findRow, noteRow } from "../resource/resource.store.ts";

type Net = World<NetworkScope>;

/** Writes down what the data plane says of itself, and from then on of ports. Returns how to stop. */
export function hearDataPlane(world: Net): () => void {
  world
    .write((tx) => writeOverlayMtu(tx.db, world.driver.overlayMtu))
    .catch((why) => world.log.warn({ why }, "the data plane's MTU could not be written down"));
  return world.driver.watch((event) => {
    note(world, event).catch((why) => world.log.warn({ why, event }, "a port's change could not be written down"));
  });
}

function note(world: Net, { kind, portId }: PortEvent): Promise<void> {
  return world.write(async (tx) => {
    const port = await findRow(tx.db, "networkPorts", portId);
    const status = kind === "port.up" ? "ACTIVE" : "DOWN";
    if (port?.host && port.fault === null && port.status !== status)
      await noteRow(tx.db, "networkPorts", portId, { status });
    await tx.emit(kind, { portId });
  });
}
