import { chmod, chown, mkdir, rm } from "node:fs/promises";
import type { Guest } from "#services/compute/driver.ts";
import { type GuestUser, guestUser } from "../guest-user.ts";
import { launchArguments } from "./arguments.ts";
import { makeConfigDrive } from "./config-drive.ts";
import { shortenLog } from "./console.ts";
import { diskDevice, nicDevice } from "./devices.ts";
import { confirmLaunch } from "./follow.ts";
import { baseOf, dropUnusedBases } from "./images.ts";
import { launch } from "./launch.ts";
import type { GuestFiles } from "./layout.ts";
import type { Room } from "./machine-room.ts";
import { findProcess, killGuest } from "./process.ts";
import { findRecord, type GuestRecord, writeRecord } from "./record.ts";
import { makeRootDisk } from "./root-disk.ts";
import { slotsFor } from "./slots.ts";

/** Makes what the guest lacks and turns it on, if it is not on already. */
export async function bringUp(room: Room, guest: Guest, signal?: AbortSignal): Promise<void> {
  const files = room.layout.of(guest.id);
  const before = await findRecord(files);
  if (await isUp(room, guest.id, before)) return;
  const record = { guest, power: "launching", slots: slotsFor(deviceIds(guest), before?.slots ?? {}) } as const;
  const user = guestUser(guest.id);
  await makeFolder(files, user);
  await writeRecord(files, record);
  await makeDisks(room, guest, user, signal);
  await shortenLog(files);
  await turnOn(room, record, user, signal);
  await writeRecord(files, { ...record, power: "on" });
}

/** Pulls the plug. Noted first, so that nobody takes it for the guest's own doing. */
export async function pullPlug(room: Room, id: string): Promise<void> {
  const files = room.layout.of(id);
  const record = await findRecord(files);
  if (record && record.power !== "off") await writeRecord(files, { ...record, power: "off" }).catch(unlessFull);
  await killGuest(room.layout, id);
}

/** A disk without room keeps no guest from its end: that makes room. */
function unlessFull(why: NodeJS.ErrnoException) {
  if (why.code !== "ENOSPC" && why.code !== "EDQUOT") throw why;
}

/** Removes all that was made for a guest, and the image's copy if it was the last one over it. */
export async function remove(room: Room, id: string): Promise<void> {
  await pullPlug(room, id);
  await rm(room.layout.of(id).dir, { recursive: true, force: true });
  await room.bases.take("bases", () => dropUnusedBases(room.layout));
}

/** A process whose launch nobody saw succeed may be half a guest: it answers, or it goes. */
async function isUp(room: Room, id: string, record: GuestRecord | undefined): Promise<boolean> {
  if (findProcess(room.layout, id) === undefined) return false;
  if (record?.power === "on" || (record?.power === "launching" && (await confirmLaunch(room, id)))) return true;
  await killGuest(room.layout, id);
  return false;
}

async function makeFolder(files: GuestFiles, user: GuestUser) {
  await mkdir(files.dir, { recursive: true, mode: 0o750 });
  await chown(files.dir, 0, user.gid);
  await chmod(files.dir, 0o750);
  await mkdir(files.run, { recursive: true, mode: 0o700 });
  await chown(files.run, user.uid, user.gid);
}

async function makeDisks(room: Room, guest: Guest, user: GuestUser, signal?: AbortSignal) {
  const files = room.layout.of(guest.id);
  const { root, diskGib } = guest;
  if (root.kind === "image")
    await makeRootDisk(room.layout, room.bases, { image: root.image, diskGib, files, user }, signal);
  if (guest.configDrive) await makeConfigDrive(files, guest.configDrive, user, signal);
}

async function turnOn(room: Room, record: GuestRecord, user: GuestUser, signal?: AbortSignal) {
  const { accelerator, group } = await room.acceleration();
  const { root, id } = record.guest;
  const base = root.kind === "image" ? { path: baseOf(room.layout, root.image), format: root.image.format } : null;
  const args = launchArguments({ record, files: room.layout.of(id), accelerator, base });
  await launch(room.program, args, { user, group, namespace: room.namespace }, signal);
}

function deviceIds(guest: Guest): string[] {
  return [...guest.disks.map((it) => diskDevice(it.volumeId)), ...guest.nics.map((it) => nicDevice(it.portId))];
}
