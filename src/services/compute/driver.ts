import type { Content } from "#platform/service/content.ts";
import type { Trace } from "#platform/service/trace.ts";

export interface GuestNic {
  readonly portId: string;
  readonly mac: string;
  /** The tap on the host that the network driver has plugged. */
  readonly device: string;
  readonly mtu: number;
}
/** How a guest reaches a volume; block storage's driver hands it out, compute's passes it to the guest. */
export interface GuestDisk {
  readonly volumeId: string;
  /** "nbd": a unix socket that serves raw blocks; "simulated": nothing there. */
  readonly via:
    | { readonly kind: "nbd"; readonly socket: string; readonly export: string }
    | { readonly kind: "simulated" };
  /** The name that the API shows: "/dev/vdb". The guest sees the volume's id (20 characters of it) as the disk's serial. */
  readonly device: string;
}
export interface GuestImage {
  readonly imageId: string;
  readonly format: string;
  /** Where this host can read it. The driver keeps a copy or link of its own, so that deleting the image harms no guest. */
  readonly path: string;
  readonly sha512: string;
}
export interface Guest {
  readonly id: string;
  readonly name: string;
  readonly vcpus: number;
  readonly memoryMib: number;
  /** Size of the root disk; 0: as large as the image. */
  readonly diskGib: number;
  readonly root:
    | { readonly kind: "image"; readonly image: GuestImage }
    | { readonly kind: "volume"; readonly disk: GuestDisk };
  readonly nics: readonly GuestNic[];
  /** Volumes beside the root. */
  readonly disks: readonly GuestDisk[];
  /** Path → content (utf8) of the config drive, volume label config-2; null: none. */
  readonly configDrive: Readonly<Record<string, Content>> | null;
}

export type Power = "on" | "off" | "gone";

export interface HostReport {
  readonly name: string;
  readonly ip: string;
  readonly vcpus: number;
  readonly memoryMib: number;
  readonly diskGib: number;
  /** "QEMU", "simulated". */
  readonly hypervisorType: string;
  readonly hypervisorVersion: number;
  readonly cpuInfo: object;
  /** Since when it runs; absent where the driver does not know. */
  readonly bootedAt?: string;
  readonly traits: readonly string[];
}
/** What guests do by themselves. */
export interface GuestEvent {
  readonly kind: "guest.stopped" | "guest.started";
  readonly host: string;
  readonly id: string;
}

/**
 * What compute asks of a hypervisor. Every call names the guest by its server id and may be made twice: the second time
 * finds the work done. A call honours its signal: after the abort it changes nothing more.
 */
export interface ComputeDriver {
  hosts(): Promise<readonly HostReport[]>;
  /** Makes the guest's disks and turns it on. */
  create(host: string, guest: Guest, signal?: AbortSignal): Promise<void>;
  /** Turns it off and removes all that the driver made for it; the guest may be gone already. */
  destroy(host: string, id: string, signal?: AbortSignal): Promise<void>;
  /** Turns on a guest that was created, as it is described now (nics and disks may have changed while it was off). */
  start(host: string, guest: Guest, signal?: AbortSignal): Promise<void>;
  /** Presses the power button. Returns at once; "guest.stopped" tells of its effect. */
  askOff(host: string, id: string, signal?: AbortSignal): Promise<void>;
  /** Pulls the plug. Off when it returns. */
  off(host: string, id: string, signal?: AbortSignal): Promise<void>;
  power(host: string, id: string): Promise<Power>;
  list(host: string): Promise<readonly { readonly id: string; readonly power: "on" | "off" }[]>;
  /** Hot-plugs when the guest is on; nothing to do when it is off (start takes the description). */
  attachDisk(host: string, id: string, disk: GuestDisk, signal?: AbortSignal): Promise<void>;
  /** Returns when the guest has let go of it; Unavailable while it has not. */
  detachDisk(host: string, id: string, volumeId: string, signal?: AbortSignal): Promise<void>;
  attachNic(host: string, id: string, nic: GuestNic, signal?: AbortSignal): Promise<void>;
  detachNic(host: string, id: string, portId: string, signal?: AbortSignal): Promise<void>;
  /** The last lines of the serial console (all when `lines` is undefined), at most 1 MiB. */
  console(host: string, id: string, lines?: number): Promise<string>;
  /** Returns how to stop listening. */
  watch(hear: (event: GuestEvent) => void): () => void;
  traces(): Promise<readonly Trace[]>;
}
