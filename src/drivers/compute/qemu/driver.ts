import type { HostAgent } from "#agent/agent.ts";
import { localAgent } from "#agent/local-agent.ts";
import { Elsewhere } from "#platform/service/driver.ts";
import type { ComputeDriver } from "#services/compute/driver.ts";

export interface QemuCompute extends ComputeDriver {
  /** Lets go of the guests: they run on, and the next driver of this folder adopts them. */
  close(): Promise<void>;
}

/** Real guests on this host. */
export function qemuCompute(options: Parameters<typeof localAgent>[0]): QemuCompute {
  return qemuOn([localAgent(options)]);
}

/** Real guests on the hosts of these agents. */
export function qemuOn(agents: readonly HostAgent[]): QemuCompute {
  const at = (host: string): HostAgent => {
    const agent = agents.find((it) => it.host === host);
    if (!agent) throw new Elsewhere(host);
    return agent;
  };
  return {
    hosts: () => Promise.all(agents.map((it) => it.report())),
    create: async (host, guest, signal) => at(host).createGuest(guest, signal),
    destroy: async (host, id, signal) => at(host).destroyGuest(id, signal),
    start: async (host, guest, signal) => at(host).startGuest(guest, signal),
    askOff: async (host, id, signal) => at(host).askGuestOff(id, signal),
    off: async (host, id, signal) => at(host).turnGuestOff(id, signal),
    power: async (host, id) => at(host).guestPower(id),
    list: async (host) => at(host).listGuests(),
    attachDisk: async (host, id, disk, signal) => at(host).attachDisk(id, disk, signal),
    detachDisk: async (host, id, volumeId, signal) => at(host).detachDisk(id, volumeId, signal),
    attachNic: async (host, id, nic, signal) => at(host).attachNic(id, nic, signal),
    detachNic: async (host, id, portId, signal) => at(host).detachNic(id, portId, signal),
    console: async (host, id, lines) => at(host).readConsole(id, lines),
    watch: (hear) => {
      const stops = agents.map((it) => it.watchGuests(hear));
      return () => stops.forEach((stop) => void stop());
    },
    traces: async () => (await Promise.all(agents.map((it) => it.guestTraces()))).flat(),
    close: async () => void (await Promise.all(agents.map((it) => it.close()))),
  };
}
