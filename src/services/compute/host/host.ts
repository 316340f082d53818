/** A machine that runs guests: Nova's compute node and its nova-compute service in one. */
export interface ComputeHost {
  /** The hypervisor's id, the service's id (2.53) and the resource provider's. */
  readonly id: string;
  /** The small numbers of the versions before 2.53. */
  readonly number: number;
  readonly name: string;
  readonly ip: string;
  readonly zone: string;
  readonly vcpus: number;
  readonly memoryMib: number;
  readonly diskGib: number;
  readonly hypervisorType: string;
  readonly hypervisorVersion: number;
  readonly cpuInfo: Readonly<Record<string, unknown>>;
  readonly traits: readonly string[];
  readonly bootedAt: string | null;
  readonly disabled: boolean;
  readonly disabledReason: string | null;
  readonly forcedDown: boolean;
  readonly createdAt: string;
  readonly updatedAt: string;
  /** When the driver last reported it. */
  readonly seenAt: string;
}

/** A host that was not reported for so long is down. */
export const downAfterSeconds = 60;

export function isUp(it: Pick<ComputeHost, "forcedDown" | "seenAt">, now: string): boolean {
  return !it.forcedDown && Date.parse(now) - Date.parse(it.seenAt) <= downAfterSeconds * 1000;
}

/** What servers show of their host. */
export function hostStatus(it: ComputeHost, now: string): "UP" | "DOWN" | "MAINTENANCE" | "UNKNOWN" {
  if (it.forcedDown) return "DOWN";
  if (!isUp(it, now)) return "UNKNOWN";
  return it.disabled ? "MAINTENANCE" : "UP";
}

/** Whether new servers may come to it. */
export function isOpen(it: Pick<ComputeHost, "disabled" | "forcedDown" | "seenAt">, now: string): boolean {
  return !it.disabled && isUp(it, now);
}
