import type { Log } from "#platform/log/log.ts";
import { Refused, Unavailable } from "#platform/service/driver.ts";
import { type Call, keepConnection } from "./connection.ts";
import type { WireSchema } from "./values.ts";
import { applyDifference, type ColumnType, decode, emptyValue, type Row, readSchema, type Schema } from "./values.ts";

export type Op = Readonly<Record<string, unknown>>;
export interface OpResult {
  readonly count?: number;
  readonly error?: string;
  readonly details?: string;
}
export interface Ref {
  readonly table: string;
  readonly uuid: string;
}
export type Hear = (ref: Ref, was: Row | undefined, is: Row | undefined) => void;
export interface ReplicaOptions {
  readonly path: string;
  readonly database: string;
  /** The tables and columns that are kept. */
  readonly tables: Readonly<Record<string, readonly string[]>>;
  readonly log: Log;
}
/** A copy of some of a database's tables that the server keeps true, and the way to change the original. */
export interface Replica {
  readonly schema: Schema;
  row(table: string, uuid: string): Row | undefined;
  rows(table: string): ReadonlyMap<string, Row>;
  /** The rows whose external_ids say "crunch:owner" with this word. */
  owned(owner: string): readonly Ref[];
  /** Throws Unavailable unless the copy is true now. */
  check(): void;
  /** Resolves once `seen` answers something; asked again after every change. */
  until<T>(seen: () => T | undefined, within: number, what: string): Promise<T>;
  /** All or nothing. The copy has the change when this resolves. */
  transact(ops: readonly Op[]): Promise<readonly OpResult[]>;
  watch(hear: Hear): () => void;
  close(): void;
}
type Table = Map<string, Row>;
type WireRow = Readonly<Record<string, unknown>>;
type Updates = Readonly<Record<string, Readonly<Record<string, Readonly<Record<string, WireRow | null>>>>>>;

export function replicate(options: ReplicaOptions): Replica {
  let schema: Schema = new Map();
  let tables = new Map<string, Table>();
  let inStep = false;
  const hearers = new Set<Hear>();
  const waiters = new Set<() => void>();
  const owners = new Map<string, Set<Ref>>();
  const line = keepConnection({ ...options, opened, told, lost });
  return {
    get schema() {
      return schema;
    },
    row: (table, uuid) => tables.get(table)?.get(uuid),
    rows: (table) => tables.get(table) ?? new Map(),
    owned: (owner) => [...(owners.get(owner) ?? [])],
    check,
    until,
    transact,
    watch: (hear) => {
      hearers.add(hear);
      return () => hearers.delete(hear);
    },
    close: () => {
      inStep = false;
      line.close();
    },
  };

  async function opened(call: Call) {
    schema = readSchema((await call("get_schema", [options.database])) as WireSchema);
    const wanted = Object.entries(options.tables).map(([table, columns]) => [table, [{ columns }]]);
    const all = await call("monitor_cond", [options.database, options.database, Object.fromEntries(wanted)]);
    startOver(all as Updates);
    inStep = true;
    wake();
  }

  /** Compares the new snapshot with what was known, so that hearers are told what happened while nobody listened. */
  function startOver(all: Updates) {
    const [old, knew] = [tables, tables.size > 0];
    tables = new Map(Object.keys(options.tables).map((table) => [table, new Map()]));
    owners.clear();
    const changes = apply(all);
    if (!knew) return;
    const before = (ref: Ref) => old.get(ref.table)?.get(ref.uuid);
    for (const { ref, is } of changes) tell(ref, before(ref), is);
    for (const [table, rows] of old) {
      for (const [uuid, was] of rows) if (!tables.get(table)?.has(uuid)) tell({ table, uuid }, was, undefined);
    }
  }

  function told(method: string, params: readonly unknown[]) {
    if (method !== "update2") return;
    for (const { ref, was, is } of apply(params[1] as Updates)) tell(ref, was, is);
    wake();
  }

  function apply(updates: Updates) {
    return Object.entries(updates).flatMap(([table, rows]) =>
      Object.entries(rows).map(([uuid, change]) => applyRow({ table, uuid }, change)),
    );
  }

  function applyRow(ref: Ref, change: Readonly<Record<string, WireRow | null>>) {
    const table = tables.get(ref.table)!;
    const was = table.get(ref.uuid);
    const is = nextRow(ref.table, was, change);
    if (is) table.set(ref.uuid, is);
    else table.delete(ref.uuid);
    index(ref, was, is);
    return { ref, was, is };
  }

  function nextRow(table: string, was: Row | undefined, change: Readonly<Record<string, WireRow | null>>) {
    const types = schema.get(table)!;
    if (change.modify) {
      const modified = Object.entries(change.modify).map(([column, wire]) => {
        const type = types.get(column)!;
        return [column, applyDifference(type, was?.[column] ?? emptyValue(type), decode(type, wire))];
      });
      return { ...was, ...Object.fromEntries(modified) } as Row;
    }
    const full = change.initial ?? change.insert;
    return full ? wholeRow(types, options.tables[table] ?? [], full) : undefined;
  }

  function index(ref: Ref, was: Row | undefined, is: Row | undefined) {
    const [before, after] = [ownerOf(was), ownerOf(is)];
    if (before === after) return;
    for (const each of owners.get(before ?? "") ?? []) {
      if (each.table === ref.table && each.uuid === ref.uuid) owners.get(before!)!.delete(each);
    }
    if (before && owners.get(before)?.size === 0) owners.delete(before);
    if (after) owners.set(after, (owners.get(after) ?? new Set()).add(ref));
  }

  function tell(ref: Ref, was: Row | undefined, is: Row | undefined) {
    for (const hear of hearers) {
      try {
        hear(ref, was, is);
      } catch (err) {
        options.log.error({ err, ...ref }, "who heard of a change in the network failed");
      }
    }
  }

  function wake() {
    for (const waiter of [...waiters]) waiter();
  }

  function lost() {
    inStep = false;
  }

  function check() {
    if (!inStep) throw new Unavailable(`The database ${options.database} does not answer`);
  }

  function until<T>(seen: () => T | undefined, within: number, what: string): Promise<T> {
    const { promise, resolve, reject } = Promise.withResolvers<T>();
    const look = () => {
      const found = inStep ? seen() : undefined;
      if (found !== undefined) resolve(found);
      return found !== undefined;
    };
    if (look()) return promise;
    const late = setTimeout(() => reject(new Unavailable(`${what} did not come within ${within} ms`)), within);
    waiters.add(look);
    return promise.finally(() => {
      clearTimeout(late);
      waiters.delete(look);
    });
  }

  async function transact(ops: readonly Op[]) {
    check();
    const results = (await line.call("transact", [options.database, ...ops])) as (OpResult | null)[];
    const failed = results.find((result) => result?.error);
    if (failed) throw failure(failed);
    return results.map((result) => result ?? {});
  }
}

function wholeRow(types: ReadonlyMap<string, ColumnType>, columns: readonly string[], wire: WireRow): Row {
  return Object.fromEntries(
    columns.map((column) => {
      const type = types.get(column)!;
      return [column, column in wire ? decode(type, wire[column]) : emptyValue(type)];
    }),
  );
}

const ownerOf = (row: Row | undefined) =>
  row?.external_ids instanceof Map ? (row.external_ids.get("crunch:owner") as string | undefined) : undefined;

/** Words after which the same change may work once the copy has caught up; any other is about the change itself. */
const passing = new Set(["timed out", "duplicate uuid", "not owner", "resources exhausted", "I/O error", "canceled"]);

function failure({ error, details }: OpResult) {
  const sentence = details ? `${error}: ${details}` : `${error}`;
  return passing.has(error ?? "") ? new Unavailable(sentence) : new Refused(sentence);
}
