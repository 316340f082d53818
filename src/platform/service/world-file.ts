import { randomUUID } from "node:crypto";
import { mkdirSync, watch, writeFileSync } from "node:fs";
import { dirname } from "node:path";
import { DatabaseSync } from "node:sqlite";
import { systemClock } from "../time/clock.ts";
import { Unavailable } from "./driver.ts";
import type { Part } from "./remembered.ts";

/** The file of a simulated world, which several programs may have open: SQLite, so that a kill at any instant leaves it whole. */
export interface World {
  /**
   * Makes a call that reads and changes the world, and answers when what it changed is kept. The calls of one turn of the
   * event loop are kept together; they are made again where another program has changed the world meanwhile.
   */
  call<T>(work: () => Promise<T>): Promise<T>;
  /** Every program that has the file open hears of it, this one too, when what happened with it is kept. */
  tell(event: object): void;
}
/** The calls of one turn. */
interface Turn {
  readonly began: number;
  /** The world that they saw. */
  readonly data: number;
  /** Whether they are kept, or must be made again. */
  kept: Promise<boolean>;
  closed: boolean;
}

const schema = `
  pragma journal_mode = wal;
  pragma synchronous = normal;
  create table if not exists things (part text not null, key text not null, value text, version integer not null,
    primary key (part, key)) without rowid;
  create index if not exists things_version on things (version);
  create table if not exists told (id integer primary key autoincrement, teller text not null, event text not null);
`;
/** How long SQLite itself waits for a program that opens the file, or puts it in order after a kill. */
const opening = 5000;
/** What has taken so long is not kept any more: the lease of its saga, which is longer, is good for all that is. */
const patience = 2000;
const remembered = 10_000;

export function openWorld(file: string, parts: readonly Part[], hear: (event: object) => void): World {
  const db = openFile(file);
  const ask = statements(db);
  const me = randomUUID();
  const bell = `${file}-bell`;
  const byName = new Map(parts.map((part) => [part.name, part]));
  const untold: object[] = [];
  let turn: Turn | undefined;
  let [seen, heard, data] = [0, ask.lastTold(), -1];

  async function call<T>(work: () => Promise<T>): Promise<T> {
    for (const asked = Date.now(); Date.now() - asked <= patience; ) {
      while (turn?.closed) await turn.kept.catch(() => {});
      const mine = turn ?? open();
      const [outcome] = await Promise.allSettled([work()]);
      if (!(await (mine.closed ? (turn ?? open()) : mine).kept)) continue;
      if (outcome.status === "rejected") throw outcome.reason;
      return outcome.value;
    }
    throw busy();
  }

  function open(): Turn {
    lookWhatIsNew();
    const mine: Turn = { began: Date.now(), data, closed: false, kept: Promise.resolve(true) };
    mine.kept = new Promise((then, fail) => setImmediate(() => end(mine).then(then, fail)));
    mine.kept.catch(() => {});
    turn = mine;
    return mine;
  }

  async function end(mine: Turn): Promise<boolean> {
    mine.closed = true;
    const news = untold.splice(0);
    try {
      while (!begin(mine)) await new Promise<void>((then) => systemClock.after(5, then));
      if (ask.dataVersion() !== mine.data) return goBack();
      keep(news);
    } catch (why) {
      goBack();
      if (why instanceof Unavailable) throw why;
      throw new Unavailable(`the simulated world cannot be kept: ${(why as Error).message}`);
    } finally {
      turn = undefined;
    }
    if (news.length > 0) writeFileSync(bell, me);
    for (const event of news) hear(event);
    return true;
  }

  /** False while another program keeps something. From here to the commit nothing is waited for. */
  function begin({ began }: Turn): boolean {
    if (Date.now() - began > patience) throw busy();
    try {
      db.exec("pragma busy_timeout = 0; begin immediate");
    } catch (why) {
      if (isBusy(why)) return false;
      throw why;
    } finally {
      db.exec(`pragma busy_timeout = ${opening}`);
    }
    if (Date.now() - began > patience) throw busy();
    return true;
  }

  function goBack(): false {
    if (db.isTransaction) db.exec("rollback");
    for (const part of parts) part.goBack();
    return false;
  }

  function keep(news: readonly object[]) {
    const version = seen + 1;
    const changed = parts.map((part) => [part, part.changes()] as const);
    for (const [{ name }, changes] of changed) for (const [key, value] of changes) ask.put(name, key, value, version);
    for (const event of news) ask.tell(me, JSON.stringify(event));
    if (version % 1000 === 0) ask.forget(version - remembered);
    db.exec("commit");
    for (const [part, changes] of changed) part.kept(changes);
    if (changed.some(([, changes]) => changes.length > 0)) seen = version;
  }

  function lookWhatIsNew() {
    const now = ask.dataVersion();
    if (now === data) return;
    data = now;
    const all = seen < ask.floor();
    if (all) for (const part of parts) for (const key of part.keys()) part.take(key, null);
    for (const { part, key, value, version } of ask.since(all ? -1 : seen)) {
      byName.get(part)?.take(key, value);
      seen = Math.max(seen, version);
    }
  }

  function listen() {
    for (const { id, teller, event } of ask.told(heard)) {
      heard = id;
      if (teller !== me) hear(JSON.parse(event) as object);
    }
  }

  writeFileSync(bell, me);
  watch(bell, { persistent: false }, listen);
  lookWhatIsNew();
  return {
    call,
    tell(event) {
      untold.push(event);
      if (!turn || turn.closed) void call(async () => {}).catch(() => {});
    },
  };
}

function busy() {
  return new Unavailable("another program has the simulated world in its hands");
}

function openFile(file: string): DatabaseSync {
  mkdirSync(dirname(file), { recursive: true });
  const db = new DatabaseSync(file, { timeout: opening });
  for (const began = Date.now(); ; ) {
    try {
      db.exec(schema);
      return db;
    } catch (why) {
      if (!isBusy(why) || Date.now() - began > opening) throw why;
      // Two that make a fresh file at once: SQLite refuses one of them without waiting.
      Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, 5);
    }
  }
}

/** SQLITE_BUSY, or one of its kinds. */
function isBusy(why: unknown): boolean {
  return ((why as { errcode?: number }).errcode ?? 0) % 256 === 5;
}

interface Thing {
  readonly part: string;
  readonly key: string;
  readonly value: string | null;
  readonly version: number;
}
interface Told {
  readonly id: number;
  readonly teller: string;
  readonly event: string;
}

function statements(db: DatabaseSync) {
  const put = db.prepare(
    "insert into things (part, key, value, version) values (?, ?, ?, ?) on conflict do update set value = excluded.value, version = excluded.version",
  );
  const since = db.prepare("select part, key, value, version from things where version > ? order by version");
  const tell = db.prepare("insert into told (teller, event) values (?, ?)");
  const told = db.prepare("select id, teller, event from told where id > ? order by id");
  const last = db.prepare("select coalesce(max(id), 0) as id from told");
  const data = db.prepare("pragma data_version");
  const floor = db.prepare("pragma user_version");
  return {
    put: (part: string, key: string, value: string | null, version: number) => put.run(part, key, value, version),
    since: (version: number) => since.all(version) as unknown as Thing[],
    tell: (teller: string, event: string) => tell.run(teller, event),
    told: (id: number) => told.all(id) as unknown as Told[],
    lastTold: () => Number(last.get()!.id),
    dataVersion: () => Number(data.get()!.data_version),
    /** What was taken away before this version is not told any more. */
    floor: () => Number(floor.get()!.user_version),
    forget(version: number) {
      if (version <= 0) return;
      db.exec(`delete from things where value is null and version < ${version}; pragma user_version = ${version};`);
      db.exec("delete from told where id < (select max(id) from told) - 1000");
    },
  };
}
