import { shortenLog } from "./console.ts";
import { keepGoing } from "./keep-going.ts";
import type { Room } from "./machine-room.ts";
import { withQmp } from "./plug.ts";
import { findProcess, hasEnded } from "./process.ts";
import { connectQmp, type Qmp } from "./qmp.ts";
import { findRecord, listGuestIds, writeRecord } from "./record.ts";

/** Knows which guests run, and tells of those that stop by themselves. */
export interface Following {
  /** From now on, hear of the end of this guest, which runs. */
  follow(id: string): void;
  /** Takes up the guests that an earlier program has left running; tells of those that have stopped since. */
  adopt(): Promise<void>;
  close(): void;
}

const shortenEvery = 10_000;

export function followGuests(room: Room): Following {
  const followed = new Map<string, Promise<Qmp>>();
  let closed = false;

  const follow = (id: string) => {
    if (closed || followed.has(id)) return;
    const monitor = connectQmp(room.layout.of(id).events);
    followed.set(id, monitor);
    void monitor.then(keepGoing, ignore);
    void monitor
      .then((qmp) => qmp.closed, ignore)
      .then(() => {
        followed.delete(id);
        if (!closed)
          return room.turns.take(id, () => look(id)).catch((why) => room.log.error({ why, id }, "guest not followed"));
      });
  };
  /** The monitor was closed: most likely since the process has ended. */
  const look = async (id: string) => {
    if (followed.has(id)) return;
    if (await hasEnded(room.layout, id)) await noteStop(room, id);
    else if ((await findRecord(room.layout.of(id)))?.power === "on") follow(id);
  };
  const adopt = async () => {
    for (const id of await listGuestIds(room.layout)) await room.turns.take(id, () => adoptOne(room, id, follow));
  };
  const timer = setInterval(() => void shortenLogs(room, [...followed.keys()]), shortenEvery).unref();
  const close = () => {
    closed = true;
    clearInterval(timer);
    for (const monitor of followed.values()) void monitor.then((qmp) => qmp.close(), ignore);
  };
  return { follow, adopt, close };
}

/** Whether the guest's machine runs, though nobody has seen its launch succeed. Notes it if so. */
export async function confirmLaunch(room: Room, id: string): Promise<boolean> {
  const files = room.layout.of(id);
  const answers = await withQmp(files.commands, (qmp) => qmp.execute("query-status")).then(yes, no);
  const record = await findRecord(files);
  if (answers && record) await writeRecord(files, { ...record, power: "on" });
  return answers;
}

async function adoptOne(room: Room, id: string, follow: (id: string) => void) {
  const record = await findRecord(room.layout.of(id));
  if (!record || record.power === "off") return;
  if (findProcess(room.layout, id) === undefined) return noteStop(room, id);
  if (record.power === "on" || (await confirmLaunch(room, id))) follow(id);
}

/** A guest that was to be on has stopped. What the driver turned off itself was noted before. */
async function noteStop(room: Room, id: string) {
  const files = room.layout.of(id);
  const record = await findRecord(files);
  if (record?.power !== "on") return;
  await writeRecord(files, { ...record, power: "off" });
  room.tell({ kind: "guest.stopped", host: room.host, id });
}

async function shortenLogs(room: Room, ids: readonly string[]) {
  for (const id of ids)
    await shortenLog(room.layout.of(id)).catch((why) => room.log.warn({ why, id }, "console log not shortened"));
}

function ignore() {}

function yes() {
  return true;
}

function no() {
  return false;
}
