import { basename } from "node:path";
import type { Trace } from "#platform/service/trace.ts";
import type { HostAgent } from "./agent.ts";
import { addDisk, addNic, getRecord, ifOn, removeDisk, removeNic } from "./guests/change.ts";
import { readTail } from "./guests/console.ts";
import { followGuests } from "./guests/follow.ts";
import { reportHost } from "./guests/host-report.ts";
import { listUnusedBases } from "./guests/images.ts";
import { openRoom, type Room, type RoomOptions } from "./guests/machine-room.ts";
import { once } from "./guests/once.ts";
import { bringUp, pullPlug, remove } from "./guests/power.ts";
import { findProcess, listProcesses } from "./guests/process.ts";
import { findRecord, listGuestIds, listRecords } from "./guests/record.ts";

/** The agent of the machine (or network namespace) that this program runs in. */
export function localAgent(options: RoomOptions & { readonly ip: string }): HostAgent {
  const room = openRoom(options);
  const following = followGuests(room);
  const started = once(() => room.ready().then(() => following.adopt()));
  /** One guest's turn, after those that were left running are known again. */
  const turn = async (id: string, work: () => Promise<void>, signal?: AbortSignal) => {
    await started();
    await room.turns.take(id, work, signal);
  };
  const up = async (guest: Parameters<typeof bringUp>[1], signal?: AbortSignal) => {
    await bringUp(room, guest, signal);
    following.follow(guest.id);
  };

  return {
    host: room.host,
    report: () => started().then(() => reportHost(room.host, options.ip, room.layout.state, room.program)),
    createGuest: (guest, signal) => turn(guest.id, () => up(guest, signal), signal),
    destroyGuest: (id, signal) => turn(id, () => remove(room, id), signal),
    startGuest: (guest, signal) =>
      turn(guest.id, () => getRecord(room, guest.id).then(() => up(guest, signal)), signal),
    askGuestOff: (id, signal) =>
      turn(id, () => getRecord(room, id).then(() => ifOn(room, id, (qmp) => qmp.execute("system_powerdown"))), signal),
    turnGuestOff: (id, signal) => turn(id, () => pullPlug(room, id), signal),
    guestPower: async (id) => {
      if (findProcess(room.layout, id) !== undefined) return "on";
      return (await findRecord(room.layout.of(id))) ? "off" : "gone";
    },
    listGuests: () => listGuests(room),
    attachDisk: (id, disk, signal) => turn(id, () => addDisk(room, id, disk), signal),
    detachDisk: (id, volumeId, signal) => turn(id, () => removeDisk(room, id, volumeId, signal), signal),
    attachNic: (id, nic, signal) => turn(id, () => addNic(room, id, nic), signal),
    detachNic: (id, portId, signal) => turn(id, () => removeNic(room, id, portId, signal), signal),
    readConsole: (id, lines) => getRecord(room, id).then(() => readTail(room.layout.of(id), lines)),
    watchGuests: (hear) => {
      started().catch((why) => room.log.error({ why }, "guests not adopted"));
      return room.watch(hear);
    },
    guestTraces: () => traces(room),
    close: async () => following.close(),
  };
}

async function listGuests({ layout }: Room) {
  const on = new Set(listProcesses(layout).map(({ id }) => id));
  const records = await listRecords(layout);
  return records.map(({ guest: { id } }) => ({ id, power: on.has(id) ? ("on" as const) : ("off" as const) }));
}

async function traces({ layout }: Room): Promise<Trace[]> {
  const folders = (await listGuestIds(layout)).map((id) => ({ id, where: layout.of(id).dir }));
  const bases = await listUnusedBases(layout);
  return [
    ...folders.map(({ id, where }) => ({ kind: "guest folder", subject: id, where })),
    ...listProcesses(layout).map(({ id, pid }) => ({ kind: "qemu process", subject: id, where: String(pid) })),
    ...bases.map((where) => ({ kind: "image base", subject: basename(where).slice(0, 36), where })),
  ];
}
