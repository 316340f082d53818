import { type ComputeHost, isUp } from "../host/host.ts";
import { micros } from "../words.ts";

/** The zones in which hosts are enabled, then those in which all are disabled. */
export function listed(hosts: readonly ComputeHost[]) {
  return zones(hosts).map(([name, available]) => ({ zoneName: name, zoneState: { available }, hosts: null }));
}

export function detailed(hosts: readonly ComputeHost[], now: string) {
  return zones(hosts).map(([name, available, of]) => ({
    zoneName: name,
    zoneState: { available },
    hosts: Object.fromEntries(of.map((it) => [it.name, { "nova-compute": service(it, now) }])),
  }));
}

function zones(hosts: readonly ComputeHost[]): [name: string, available: boolean, hosts: ComputeHost[]][] {
  const all = [...Map.groupBy(hosts, (it) => it.zone)].sort(([a], [b]) => (a < b ? -1 : 1));
  const told = all.map(([name, of]): [string, boolean, ComputeHost[]] => [name, of.some((it) => !it.disabled), of]);
  return told.sort(([, a], [, b]) => Number(b) - Number(a));
}

function service(it: ComputeHost, now: string) {
  return { available: isUp(it, now), active: !it.disabled, updated_at: micros(it.seenAt) };
}
