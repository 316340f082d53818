import { bytesOf } from "#platform/service/content.ts";
import type { Guest } from "#services/compute/driver.ts";

/** What a simulated guest says on its serial console when it is turned on. */
export function bootLines(guest: Guest): string[] {
  return [
    "SeaBIOS (simulated guest: no machine runs behind this console)",
    `Machine UUID ${guest.id}`,
    ...guest.nics.map((nic, at) => `iPXE (PCI 00:${slot(at)}.0) net${at}: ${nic.mac}`),
    "Booting from Hard Disk...",
    `[    0.000000] simulated: ${guest.vcpus} vCPUs, ${guest.memoryMib} MiB of memory`,
    ...guest.disks.map((disk) => `[    0.100000] simulated: disk ${serialOf(disk.volumeId)} at ${disk.device}`),
    `cloud-init[1]: Cloud-init running 'init' in a simulated guest: ${guest.name}`,
    ...guest.nics.map((nic, at) => `ci-info: | eth${at} | True | ${nic.mac} | mtu ${nic.mtu} |`),
    ...keyLines(guest),
    `cloud-init[1]: Cloud-init finished. Datasource ${guest.configDrive ? "ConfigDrive" : "OpenStack"}.`,
    "",
    `${hostnameOf(guest)} login: `,
  ];
}

/** What it says when its power button is pressed. */
export function haltLines(): string[] {
  return ["simulated: power button pressed", "reboot: Power down"];
}

function slot(at: number): string {
  return (at + 2).toString(16).padStart(2, "0");
}

function serialOf(volumeId: string): string {
  return volumeId.slice(0, 20);
}

interface MetaData {
  readonly hostname?: string;
  readonly public_keys?: Readonly<Record<string, string>>;
}

function metaDataOf(guest: Guest): MetaData {
  const text = bytesOf(guest.configDrive?.["openstack/latest/meta_data.json"] ?? "").toString();
  return text ? JSON.parse(text) : {};
}

function hostnameOf(guest: Guest): string {
  return metaDataOf(guest).hostname ?? guest.name;
}

function keyLines(guest: Guest): string[] {
  return Object.keys(metaDataOf(guest).public_keys ?? {}).map((name) => `ci-info: authorized key ${name}`);
}
