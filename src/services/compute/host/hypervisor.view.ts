import { atLeast, type Version } from "#platform/api/versions.ts";
import { type ComputeHost, isUp } from "./host.ts";

/** What a host carries. */
export interface Load {
  readonly servers: number;
  readonly busy: number;
  readonly vcpus: number;
  readonly memoryMib: number;
  readonly diskGib: number;
}
export interface HostServer {
  readonly id: string;
  readonly name: string;
}
export const noLoad: Load = { servers: 0, busy: 0, vcpus: 0, memoryMib: 0, diskGib: 0 };

export function brief(it: ComputeHost, v: Version, now: string, servers?: readonly HostServer[]) {
  return {
    id: idOf(it, v),
    hypervisor_hostname: it.name,
    state: isUp(it, now) ? "up" : "down",
    status: it.disabled ? "disabled" : "enabled",
    ...(servers &&
      (servers.length > 0 || atLeast(v, "2.75")) && {
        servers: servers.map((one) => ({ uuid: one.id, name: one.name })),
      }),
  };
}

export function full(it: ComputeHost, load: Load, v: Version, now: string, servers?: readonly HostServer[]) {
  return {
    ...brief(it, v, now, servers),
    hypervisor_type: it.hypervisorType,
    hypervisor_version: it.hypervisorVersion,
    host_ip: it.ip,
    service: { id: idOf(it, v), host: it.name, disabled_reason: it.disabledReason },
    ...(atLeast(v, "2.88") ? { uptime: uptime(it, now) } : numbers(it, load, v)),
  };
}

/** The sums over all hosts that are not disabled. */
export function statistics(hosts: readonly ComputeHost[], loadOf: (it: ComputeHost) => Load) {
  const sum = (of: (it: ComputeHost, load: Load) => number) => hosts.reduce((all, it) => all + of(it, loadOf(it)), 0);
  return {
    count: hosts.length,
    vcpus: sum((it) => it.vcpus),
    vcpus_used: sum((_, load) => load.vcpus),
    memory_mb: sum((it) => it.memoryMib),
    memory_mb_used: sum((_, load) => load.memoryMib),
    free_ram_mb: sum((it, load) => it.memoryMib - load.memoryMib),
    local_gb: sum((it) => it.diskGib),
    local_gb_used: sum((_, load) => load.diskGib),
    free_disk_gb: sum((it, load) => it.diskGib - load.diskGib),
    disk_available_least: sum((it, load) => it.diskGib - load.diskGib),
    running_vms: sum((_, load) => load.servers),
    current_workload: sum((_, load) => load.busy),
  };
}

/** As the uptime command says it; null: not known, or the host is down. */
export function uptime(it: ComputeHost, now: string): string | null {
  if (it.bootedAt === null || !isUp(it, now)) return null;
  const minutes = Math.max(0, Math.floor((Date.parse(now) - Date.parse(it.bootedAt)) / 60_000));
  const [days, hours, rest] = [Math.floor(minutes / 1440), Math.floor(minutes / 60) % 24, minutes % 60];
  const day = days > 0 ? `${days} ${days === 1 ? "day" : "days"}, ` : "";
  return ` ${now.slice(11, 19)} up ${day}${hours}:${String(rest).padStart(2, "0")}`;
}

export function idOf({ id, number }: ComputeHost, v: Version): string | number {
  return atLeast(v, "2.53") ? id : number;
}

function numbers(it: ComputeHost, load: Load, v: Version) {
  return {
    vcpus: it.vcpus,
    vcpus_used: load.vcpus,
    memory_mb: it.memoryMib,
    memory_mb_used: load.memoryMib,
    free_ram_mb: it.memoryMib - load.memoryMib,
    local_gb: it.diskGib,
    local_gb_used: load.diskGib,
    free_disk_gb: it.diskGib - load.diskGib,
    disk_available_least: it.diskGib - load.diskGib,
    running_vms: load.servers,
    current_workload: load.busy,
    cpu_info: atLeast(v, "2.28") ? it.cpuInfo : JSON.stringify(it.cpuInfo),
  };
}
