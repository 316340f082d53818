import { chmod } from "node:fs/promises";
import type { Logger } from "#platform/log/log.ts";
import { Unavailable } from "#platform/service/driver.ts";
import type { GuestEvent } from "#services/compute/driver.ts";
import { guestUser } from "../guest-user.ts";
import { type Acceleration, chooseAcceleration } from "./accelerator.ts";
import type { Accelerator } from "./arguments.ts";
import { type Layout, layoutOf, makeFolders } from "./layout.ts";
import { once } from "./once.ts";
import { runAs } from "./run.ts";
import { newTurns, type Turns } from "./turns.ts";

export interface RoomOptions {
  /** Where guests live; nobody else's folder. Everybody must be able to pass through the folders above it. */
  readonly stateDir: string;
  readonly host: string;
  readonly log: Logger;
  /** Asked for instead of found out. */
  readonly accelerator?: Accelerator;
  /** The network namespace that is the host, where the guests' taps are; absent: this program's own. */
  readonly namespace?: string;
}

/** What the guests of one host share. */
export interface Room {
  readonly host: string;
  readonly program: string;
  readonly namespace?: string;
  readonly layout: Layout;
  readonly log: Logger;
  /** Calls about one guest, one after the other. */
  readonly turns: Turns;
  readonly bases: Turns;
  /** Folders are made, and guests' processes can reach them. */
  ready(): Promise<void>;
  acceleration(): Promise<Acceleration>;
  tell(event: GuestEvent): void;
  watch(hear: (event: GuestEvent) => void): () => void;
}

export function openRoom({ stateDir, host, log, accelerator, namespace }: RoomOptions): Room {
  const layout = layoutOf(stateDir);
  const program = "qemu-system-x86_64";
  return {
    ...{ host, program, namespace, layout, log, turns: newTurns(), bases: newTurns(), ...newTelling() },
    ready: once(() => prepare(layout)),
    acceleration: once(async () => {
      const found = await chooseAcceleration(layout, program, accelerator);
      log.info({ host, accelerator: found.accelerator }, "guests' accelerator chosen");
      return found;
    }),
  };
}

async function prepare(layout: Layout) {
  await makeFolders(layout);
  for (const dir of [layout.state, layout.guests, layout.bases]) await chmod(dir, 0o711);
  await runAs(guestUser("anybody"), "test", ["-x", layout.guests]).catch(({ message }) => {
    const needs = "guests need root here, and that others can pass through every folder above (chmod o+x)";
    throw new Unavailable(`Guests' processes cannot reach ${layout.state}: ${needs}: ${message}`);
  });
}

/** What is told before anybody listens is kept for the first who does. */
function newTelling(): Pick<Room, "tell" | "watch"> {
  const hearers = new Set<(event: GuestEvent) => void>();
  const untold: GuestEvent[] = [];
  return {
    tell(event) {
      if (hearers.size === 0) untold.push(event);
      for (const hear of [...hearers]) hear(event);
    },
    watch(hear) {
      hearers.add(hear);
      for (const event of untold.splice(0)) hear(event);
      return () => hearers.delete(hear);
    },
  };
}
