import type { Trace } from "#platform/service/trace.ts";
import type { Guest, GuestDisk, GuestEvent, GuestNic, HostReport, Power } from "#services/compute/driver.ts";

/**
 * What runs on a host, as the drivers call it: in this process or over a wire. Questions and answers are plain data; a
 * signal ends a call wherever it runs. Every call may be made twice.
 */
export interface HostAgent {
  /** The host's name. */
  readonly host: string;
  report(): Promise<HostReport>;
  createGuest(guest: Guest, signal?: AbortSignal): Promise<void>;
  destroyGuest(id: string, signal?: AbortSignal): Promise<void>;
  startGuest(guest: Guest, signal?: AbortSignal): Promise<void>;
  askGuestOff(id: string, signal?: AbortSignal): Promise<void>;
  turnGuestOff(id: string, signal?: AbortSignal): Promise<void>;
  guestPower(id: string): Promise<Power>;
  listGuests(): Promise<readonly { readonly id: string; readonly power: "on" | "off" }[]>;
  attachDisk(id: string, disk: GuestDisk, signal?: AbortSignal): Promise<void>;
  detachDisk(id: string, volumeId: string, signal?: AbortSignal): Promise<void>;
  attachNic(id: string, nic: GuestNic, signal?: AbortSignal): Promise<void>;
  detachNic(id: string, portId: string, signal?: AbortSignal): Promise<void>;
  readConsole(id: string, lines?: number): Promise<string>;
  /** What guests do by themselves. Returns how to stop listening. */
  watchGuests(hear: (event: GuestEvent) => void): () => void;
  guestTraces(): Promise<readonly Trace[]>;
  /** Lets go of the guests; they run on, and the next agent of this host adopts them. */
  close(): Promise<void>;
}
