type Check = (value: string) => string | undefined;

/** Why a standard extra spec may not be so (from 2.86); undefined when it may. Keys of nobody's namespace are free. */
export function whyNot(key: string, value: string): string | undefined {
  const space = key.split(":")[0] ?? "";
  const known = checks.find(([pattern]) => pattern.test(key));
  if (known) return known[1](value);
  const standard = key.includes(":") ? spaces.has(space) : /^(resources|trait|group_policy)\d*$/.test(space);
  return standard ? `extra spec '${key}' does not appear to be a valid extra spec.` : undefined;
}

const spaces = new Set(["accel", "hw", "hw_rng", "hw_video", "os", "pci_passthrough", "powervm", "quota", "vmware"]);

const text: Check = () => undefined;
const whole =
  (min = 0, max = Number.MAX_SAFE_INTEGER): Check =>
  (value) => {
    if (!/^-?\d+$/.test(value)) return `'${value}' is not of type 'integer'`;
    const n = Number(value);
    if (n < min) return `'${value}' is less than the minimum of ${min}`;
    return n > max ? `'${value}' is greater than the maximum of ${max}` : undefined;
  };
const truth: Check = (value) =>
  /^(1|t|true|on|y|yes|0|f|false|off|n|no)$/i.test(value) ? undefined : `'${value}' is not a valid boolean`;
const oneOf =
  (...words: string[]): Check =>
  (value) =>
    words.includes(value) ? undefined : `'${value}' is not one of ${words.map((it) => `'${it}'`).join(", ")}`;
const like =
  (pattern: RegExp): Check =>
  (value) =>
    pattern.test(value) ? undefined : `'${value}' does not match '${pattern.source}'`;

const cpus = /^\^?\d+((-\d+)?(,\^?\d+(-\d+)?)*)?$/;

/** The standard extra specs, as Nova documents them. */
const checks: readonly (readonly [RegExp, Check])[] = [
  [/^accel:device_profile$/, text],
  [/^aggregate_instance_extra_specs:.+$/, text],
  [/^capabilities:.+$/, text],
  [/^hide_hypervisor_id$/, truth],
  [/^hw:boot_menu$/, truth],
  [/^hw:cpu_cores$/, whole(1)],
  [/^hw:cpu_max_(cores|sockets|threads)$/, whole(1)],
  [/^hw:cpu_(sockets|threads)$/, whole(1)],
  [/^hw:cpu_dedicated_mask$/, like(cpus)],
  [/^hw:cpu_policy$/, oneOf("dedicated", "shared", "mixed")],
  [/^hw:cpu_realtime$/, truth],
  [/^hw:cpu_realtime_mask$/, like(cpus)],
  [/^hw:cpu_thread_policy$/, oneOf("prefer", "isolate", "require")],
  [/^hw:emulator_threads_policy$/, oneOf("isolate", "share")],
  [/^hw:hide_hypervisor_id$/, truth],
  [/^hw:input_bus$/, oneOf("usb", "virtio")],
  [/^hw:locked_memory$/, truth],
  [/^hw:maxphysaddr_mode$/, oneOf("passthrough", "emulate")],
  [/^hw:maxphysaddr_bits$/, whole(0)],
  [/^hw:mem_encryption(_model)?$/, text],
  [/^hw:mem_page_size$/, like(/^(large|small|any|\d+([kKMGT]i?)?(b|bit|B)?)$/)],
  [/^hw:numa_cpus\.\d+$/, like(cpus)],
  [/^hw:numa_mem\.\d+$/, whole(1)],
  [/^hw:numa_nodes$/, whole(1)],
  [/^hw:pci_numa_affinity_policy$/, oneOf("required", "preferred", "legacy", "socket")],
  [/^hw:pmem$/, text],
  [/^hw:pmu$/, truth],
  [/^hw:serial_port_count$/, whole(0)],
  [/^hw:tpm_model$/, oneOf("tpm-tis", "tpm-crb")],
  [/^hw:tpm_version$/, oneOf("1.2", "2.0")],
  [/^hw:vif_multiqueue_enabled$/, truth],
  [/^hw:viommu_model$/, oneOf("intel", "smmuv3", "virtio", "auto")],
  [/^hw:virtio_packed_ring$/, truth],
  [/^hw:watchdog_action$/, oneOf("none", "pause", "poweroff", "reset", "disabled")],
  [/^hw_rng:allowed$/, truth],
  [/^hw_rng:rate_(bytes|period)$/, whole(0)],
  [/^hw_video:ram_max_mb$/, whole(0)],
  [/^os:secure_boot$/, oneOf("disabled", "optional", "required")],
  [/^pci_passthrough:alias$/, like(/^[^:]+:\d+(,[^:]+:\d+)*$/)],
  [/^quota:cpu_(period|quota|shares)$/, whole(0)],
  [/^quota:disk_(read|write|total)_(bytes|iops)_sec$/, whole(0)],
  [/^quota:vif_(inbound|outbound)_(average|burst|peak)$/, whole(0)],
  [/^quota:(cpu|disk_io|memory|vif)_(limit|reservation)$/, whole(0)],
  [/^quota:(cpu|disk_io|memory|vif)_shares_level$/, oneOf("custom", "high", "normal", "low")],
  [/^quota:(cpu|disk_io|memory|vif)_shares_share$/, whole(0)],
  [/^resources[^:]*:[A-Z0-9_]+$/, whole(0)],
  [/^trait[^:]*:[A-Z0-9_]+$/, oneOf("required", "forbidden")],
  [/^group_policy$/, oneOf("none", "isolate")],
  [/^(powervm|vmware):.+$/, text],
];
