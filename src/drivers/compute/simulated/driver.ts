import { Gone, Refused } from "#platform/service/driver.ts";
import { type Faults, newFaults } from "#platform/service/faults.ts";
import type { ComputeDriver, Guest, GuestEvent, HostReport } from "#services/compute/driver.ts";
import { bootLines, haltLines } from "./console.ts";

export interface SimulatedGuest {
  host: string;
  guest: Guest;
  power: "on" | "off";
  console: string[];
}
export interface SimulatedCompute extends ComputeDriver {
  /** The world, by server id. */
  readonly guests: Map<string, SimulatedGuest>;
  /** What is to go wrong. */
  readonly faults: Faults<keyof ComputeDriver>;
  /** The guest turns itself off, or its hypervisor dies: "guest.stopped" is told. */
  stopByItself(id: string): void;
  /** While deaf, guests take no notice of their power button. */
  deaf: boolean;
}

/** A hypervisor made of a map. Its guests obey at once. */
export function simulatedCompute(size: { hosts?: number; vcpus?: number; memoryMib?: number } = {}): SimulatedCompute {
  const guests = new Map<string, SimulatedGuest>();
  const faults = newFaults<keyof ComputeDriver>();
  const hearers = new Set<(event: GuestEvent) => void>();
  const names = Array.from({ length: size.hosts ?? 1 }, (_, at) => `sim-${at + 1}`);
  const find = (host: string, id: string) => {
    const it = guests.get(id);
    return it?.host === host ? it : undefined;
  };
  const get = (host: string, id: string) => find(host, id) ?? gone(id);
  const stop = (it: SimulatedGuest) => {
    if (it.power === "off") return;
    it.power = "off";
    for (const hear of [...hearers]) hear({ kind: "guest.stopped", host: it.host, id: it.guest.id });
  };

  const driver: SimulatedCompute = {
    guests,
    faults,
    deaf: false,
    stopByItself: (id) => stop(guests.get(id) ?? gone(id)),

    async hosts() {
      await faults.meet("hosts");
      return names.map((name, at) => report(name, at, size.vcpus ?? 16, size.memoryMib ?? 65536));
    },
    async create(host, guest, signal) {
      await faults.meet("create", signal);
      if (!names.includes(host)) throw new Refused(`There is no host ${host}.`);
      const it = find(host, guest.id) ?? { host, guest, power: "off", console: [] };
      guests.set(guest.id, it);
      turnOn(it, guest);
    },
    async destroy(host, id, signal) {
      await faults.meet("destroy", signal);
      if (find(host, id)) guests.delete(id);
    },
    async start(host, guest, signal) {
      await faults.meet("start", signal);
      turnOn(get(host, guest.id), guest);
    },
    async askOff(host, id, signal) {
      await faults.meet("askOff", signal);
      const it = get(host, id);
      if (it.power === "off" || driver.deaf) return;
      it.console.push(...haltLines());
      stop(it);
    },
    async off(host, id, signal) {
      await faults.meet("off", signal);
      const it = find(host, id);
      if (it) it.power = "off";
    },
    async power(host, id) {
      await faults.meet("power");
      return find(host, id)?.power ?? "gone";
    },
    async list(host) {
      await faults.meet("list");
      return [...guests.values()].filter((it) => it.host === host).map((it) => ({ id: it.guest.id, power: it.power }));
    },
    async attachDisk(host, id, disk, signal) {
      await faults.meet("attachDisk", signal);
      const it = get(host, id);
      const others = it.guest.disks.filter((d) => d.volumeId !== disk.volumeId);
      if (it.power === "on") it.guest = { ...it.guest, disks: [...others, disk] };
    },
    async detachDisk(host, id, volumeId, signal) {
      await faults.meet("detachDisk", signal);
      const it = find(host, id);
      if (it) it.guest = { ...it.guest, disks: it.guest.disks.filter((d) => d.volumeId !== volumeId) };
    },
    async attachNic(host, id, nic, signal) {
      await faults.meet("attachNic", signal);
      const it = get(host, id);
      const others = it.guest.nics.filter((n) => n.portId !== nic.portId);
      if (it.power === "on") it.guest = { ...it.guest, nics: [...others, nic] };
    },
    async detachNic(host, id, portId, signal) {
      await faults.meet("detachNic", signal);
      const it = find(host, id);
      if (it) it.guest = { ...it.guest, nics: it.guest.nics.filter((n) => n.portId !== portId) };
    },
    async console(host, id, lines) {
      await faults.meet("console");
      const all = get(host, id).console;
      return (lines === undefined ? all : lines === 0 ? [] : all.slice(-lines)).join("\n");
    },
    watch(hear) {
      hearers.add(hear);
      return () => hearers.delete(hear);
    },
    async traces() {
      return [...guests.values()].map((it) => ({ kind: "simulated guest", subject: it.guest.id, where: it.host }));
    },
  };
  return driver;
}

function gone(id: string): never {
  throw new Gone(`There is no guest ${id}.`);
}

function turnOn(it: SimulatedGuest, guest: Guest) {
  if (it.power === "on") return;
  it.guest = guest;
  it.power = "on";
  it.console.push(...bootLines(guest));
}

/** Simulated hosts come up with the program. */
const begun = new Date().toISOString();

function report(name: string, at: number, vcpus: number, memoryMib: number): HostReport {
  return {
    name,
    ip: `127.0.0.${at + 1}`,
    vcpus,
    memoryMib,
    diskGib: 1000,
    hypervisorType: "simulated",
    hypervisorVersion: 1000000,
    bootedAt: begun,
    cpuInfo: {
      vendor: "Crunch",
      model: "simulated",
      arch: "x86_64",
      features: [],
      topology: { cells: 1, sockets: 1, cores: vcpus, threads: 1 },
    },
    traits: [
      "HW_CPU_X86_SSE2",
      "COMPUTE_NODE",
      "COMPUTE_NET_ATTACH_INTERFACE",
      "COMPUTE_NET_VIF_MODEL_VIRTIO",
      "COMPUTE_STORAGE_BUS_VIRTIO",
      "COMPUTE_IMAGE_TYPE_QCOW2",
      "COMPUTE_IMAGE_TYPE_RAW",
    ],
  };
}
