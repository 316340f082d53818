import { Refused } from "#platform/service/driver.ts";
import type { GuestDisk, GuestNic } from "#services/compute/driver.ts";
import { slotName } from "./slots.ts";

/** What QEMU is told to make a disk or NIC, on its command line or by QMP: the same objects. */
export function diskDevice(volumeId: string): string {
  return `disk-${volumeId}`;
}
export function nicDevice(portId: string): string {
  return `nic-${portId}`;
}
export function netdevOf(portId: string): string {
  return `net-${portId}`;
}

/** QEMU gives a block node's name 31 characters. */
export function nodeOf(volumeId: string): string {
  return `v${volumeId.replaceAll("-", "").slice(0, 30)}`;
}

/** The volume's blocks. Its server may go away for a while: the guest's requests wait. */
export function volumeNode(disk: GuestDisk, node = nodeOf(disk.volumeId)) {
  if (disk.via.kind !== "nbd")
    throw new Refused(`A real guest cannot have the ${disk.via.kind} volume ${disk.volumeId}.`);
  return {
    driver: "nbd",
    "node-name": node,
    server: { type: "unix", path: disk.via.socket },
    export: disk.via.export,
    "reconnect-delay": 60,
    discard: "unmap",
  };
}

export function disk(volumeId: string, slot: number) {
  return {
    driver: "virtio-blk-pci",
    id: diskDevice(volumeId),
    drive: nodeOf(volumeId),
    serial: serialOf(volumeId),
    bus: slotName(slot),
  };
}

/** A virtio disk's serial has 20 characters. */
export function serialOf(volumeId: string): string {
  return volumeId.slice(0, 20);
}

export function netdev(nic: GuestNic) {
  if (!/^[\w.-]{1,15}$/.test(nic.device)) throw new Refused(`"${nic.device}" cannot name a tap.`);
  return { type: "tap", id: netdevOf(nic.portId), ifname: nic.device, script: "no", downscript: "no", vhost: false };
}

export function nic(it: GuestNic, slot: number) {
  return {
    driver: "virtio-net-pci",
    id: nicDevice(it.portId),
    netdev: netdevOf(it.portId),
    mac: it.mac,
    host_mtu: it.mtu,
    romfile: "",
    bus: slotName(slot),
    ...withoutOffload,
  };
}

/** The userspace data plane passes packets on as they are: nobody would fill in a checksum that the guest left out. */
const withoutOffload = {
  csum: false,
  gso: false,
  guest_csum: false,
  guest_tso4: false,
  guest_tso6: false,
  guest_ecn: false,
  guest_ufo: false,
  host_tso4: false,
  host_tso6: false,
  host_ecn: false,
  host_ufo: false,
};
