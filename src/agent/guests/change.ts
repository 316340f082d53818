import { Gone } from "#platform/service/driver.ts";
import type { GuestDisk, GuestNic } from "#services/compute/driver.ts";
import { diskDevice, nicDevice } from "./devices.ts";
import type { Room } from "./machine-room.ts";
import { plugDisk, plugNic, unplugDisk, unplugNic, withQmp } from "./plug.ts";
import { findProcess } from "./process.ts";
import type { Qmp } from "./qmp.ts";
import { findRecord, type GuestRecord, writeRecord } from "./record.ts";
import { withoutSlot, withSlot } from "./slots.ts";

/** The record of a guest that must be there. */
export async function getRecord(room: Room, id: string): Promise<GuestRecord> {
  const record = await findRecord(room.layout.of(id));
  if (!record) throw new Gone(`There is no guest ${id}.`);
  return record;
}

/** Asks the guest's QEMU, if there is one. */
export async function ifOn(room: Room, id: string, ask: (qmp: Qmp) => Promise<unknown>): Promise<void> {
  if (findProcess(room.layout, id) !== undefined) await withQmp(room.layout.of(id).commands, ask);
}

export async function addDisk(room: Room, id: string, disk: GuestDisk): Promise<void> {
  const { slots } = await hold(room, id, diskDevice(disk.volumeId));
  await ifOn(room, id, (qmp) => plugDisk(qmp, disk, slots[diskDevice(disk.volumeId)]!));
}

export async function addNic(room: Room, id: string, nic: GuestNic): Promise<void> {
  const { slots } = await hold(room, id, nicDevice(nic.portId));
  await ifOn(room, id, (qmp) => plugNic(qmp, nic, slots[nicDevice(nic.portId)]!));
}

export async function removeDisk(room: Room, id: string, volumeId: string, signal?: AbortSignal): Promise<void> {
  await ifOn(room, id, (qmp) => unplugDisk(qmp, volumeId, signal));
  await release(room, id, diskDevice(volumeId));
}

export async function removeNic(room: Room, id: string, portId: string, signal?: AbortSignal): Promise<void> {
  await ifOn(room, id, (qmp) => unplugNic(qmp, portId, signal));
  await release(room, id, nicDevice(portId));
}

async function hold(room: Room, id: string, device: string): Promise<GuestRecord> {
  const record = await getRecord(room, id);
  const next = { ...record, slots: withSlot(record.slots, device) };
  if (next.slots !== record.slots) await writeRecord(room.layout.of(id), next);
  return next;
}

async function release(room: Room, id: string, device: string) {
  const files = room.layout.of(id);
  const record = await findRecord(files);
  if (record?.slots[device] !== undefined)
    await writeRecord(files, { ...record, slots: withoutSlot(record.slots, device) });
}
