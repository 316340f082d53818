import type { Guest } from "#services/compute/driver.ts";
import * as devices from "./devices.ts";
import { serialOf } from "./devices.ts";
import type { GuestFiles } from "./layout.ts";
import type { GuestRecord } from "./record.ts";
import { slotCount, slotName } from "./slots.ts";

export type Accelerator = "kvm" | "tcg";

export interface Launch {
  readonly record: GuestRecord;
  readonly files: GuestFiles;
  readonly accelerator: Accelerator;
  /** The image that the root disk lies over; null: the root is a volume. */
  readonly base: { readonly path: string; readonly format: string } | null;
}

/** QEMU's command line for a guest. Its standard streams are a monitor too: whoever starts it learns there how it went. */
export function launchArguments(it: Launch): string[] {
  const { guest, slots } = it.record;
  return [
    ...machine(guest, it.accelerator),
    ...identity(guest),
    ...confinement,
    ...monitors(it.files),
    ...consoles(it.files),
    ...ports(),
    ...root(it),
    ...configDrive(it),
    ...guest.disks.flatMap((disk) => [
      ...blockdev(devices.volumeNode(disk)),
      ...device(devices.disk(disk.volumeId, slots[devices.diskDevice(disk.volumeId)]!)),
    ]),
    ...guest.nics.flatMap((nic) => [
      ...netdev(devices.netdev(nic)),
      ...device(devices.nic(nic, slots[devices.nicDevice(nic.portId)]!)),
    ]),
    ...extras,
  ];
}

function machine(guest: Guest, accelerator: Accelerator): string[] {
  const accel = { kvm: ["-accel", "kvm", "-cpu", "host"], tcg: ["-accel", "tcg,tb-size=32", "-cpu", "max,la57=off"] };
  return [
    ...["-nodefaults", "-no-user-config", "-machine", "q35,usb=off,vmport=off,hpet=off"],
    ...accel[accelerator],
    ...["-smp", `${guest.vcpus},sockets=${guest.vcpus},cores=1,threads=1`, "-m", `size=${guest.memoryMib}M`],
    ...["-rtc", "base=utc,driftfix=slew", "-boot", "strict=on"],
  ];
}

/** Guests learn from their firmware that they are OpenStack's: cloud-init looks for this product. */
function identity({ id }: Guest): string[] {
  const product = "manufacturer=OpenStack Foundation,product=OpenStack Nova,family=Virtual Machine";
  return ["-name", `guest=${id}`, "-uuid", id, "-smbios", `type=1,${product},serial=${id},uuid=${id}`];
}

const confinement = ["-sandbox", "on,obsolete=deny,elevateprivileges=deny,spawn=deny,resourcecontrol=deny"];

function monitors(files: GuestFiles): string[] {
  const launch = ["-chardev", "stdio,id=launch,signal=off", "-mon", "chardev=launch,mode=control"];
  const socket = (id: string, path: string) => [
    ...["-chardev", `socket,id=${id},path=${escaped(path)},server=on,wait=off`],
    ...["-mon", `chardev=${id},mode=control`],
  ];
  return ["-pidfile", files.pid, ...launch, ...socket("commands", files.commands), ...socket("events", files.events)];
}

function consoles(files: GuestFiles): string[] {
  const log = `logfile=${escaped(files.log)},logappend=on`;
  return [
    ...["-chardev", `socket,id=serial,path=${escaped(files.serial)},server=on,wait=off,${log}`],
    ...["-serial", "chardev:serial", "-display", "none", "-vnc", `unix:${escaped(files.vnc)}`],
    ...device({ driver: "VGA", id: "video", bus: "pcie.0", addr: "0x2" }),
  ];
}

/** One root port for each slot, eight to a function group, so that anything can be plugged later. */
function ports(): string[] {
  return Array.from({ length: slotCount }, (_, at) => at).flatMap((at) =>
    device({
      driver: "pcie-root-port",
      id: slotName(at + 1),
      chassis: at + 1,
      bus: "pcie.0",
      addr: `0x${(0x10 + Math.floor(at / 8)).toString(16)}.${at % 8}`,
      multifunction: true,
    }),
  );
}

function root({ record: { guest }, files, base }: Launch): string[] {
  const serial = guest.root.kind === "volume" ? { serial: serialOf(guest.root.disk.volumeId) } : {};
  return [
    ...(guest.root.kind === "volume" ? blockdev(devices.volumeNode(guest.root.disk, "root")) : []),
    ...(base ? overlay(files, base) : []),
    ...device({
      driver: "virtio-blk-pci",
      id: "root",
      drive: "root",
      bootindex: 1,
      bus: "pcie.0",
      addr: "0x3",
      ...serial,
    }),
  ];
}

/** The chain is stated, not read from the overlay's header, which the guest's process could change. */
function overlay(files: GuestFiles, base: NonNullable<Launch["base"]>): string[] {
  const below = base.format === "qcow2" ? { backing: null } : {};
  return [
    ...blockdev({ driver: "file", "node-name": "base-file", filename: base.path, "read-only": true }),
    ...blockdev({ driver: base.format, "node-name": "base", file: "base-file", "read-only": true, ...below }),
    ...blockdev({ driver: "file", "node-name": "root-file", filename: files.root, discard: "unmap" }),
    ...blockdev({ driver: "qcow2", "node-name": "root", file: "root-file", backing: "base", discard: "unmap" }),
  ];
}

function configDrive({ record: { guest }, files }: Launch): string[] {
  if (!guest.configDrive) return [];
  return [
    ...blockdev({ driver: "file", "node-name": "config", filename: files.configDrive, "read-only": true }),
    ...device({ driver: "virtio-blk-pci", id: "config", drive: "config", bus: "pcie.0", addr: "0x4" }),
  ];
}

const extras = [
  ...device({ driver: "virtio-balloon-pci", id: "balloon", "free-page-reporting": true, bus: "pcie.0", addr: "0x5" }),
  ...["-object", "rng-random,id=chance,filename=/dev/urandom"],
  ...device({ driver: "virtio-rng-pci", id: "rng", rng: "chance", bus: "pcie.0", addr: "0x6" }),
];

function blockdev(node: object): string[] {
  return ["-blockdev", JSON.stringify(node)];
}

function device(it: object): string[] {
  return ["-device", JSON.stringify(it)];
}

function netdev({ type, ...rest }: ReturnType<typeof devices.netdev>): string[] {
  const words = Object.entries(rest).map(
    ([key, value]) => `${key}=${typeof value === "string" ? value : onOff(value)}`,
  );
  return ["-netdev", [type, ...words].join(",")];
}

function onOff(value: boolean): string {
  return value ? "on" : "off";
}

function escaped(path: string): string {
  return path.replaceAll(",", ",,");
}
