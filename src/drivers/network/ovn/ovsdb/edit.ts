import { Unavailable } from "#platform/service/driver.ts";
import type { Op, Ref, Replica } from "./replica.ts";
import { type Atom, encode, type Row, sameValue, type Value } from "./values.ts";

/** Map entries that must be there, whatever other entries somebody else keeps beside them. */
export interface Including {
  readonly including: Readonly<Record<string, string>>;
}
export type WishValue = Value | readonly Atom[] | Readonly<Record<string, string>> | Including;
/** A row as it should be: columns that are not named are left alone. */
export interface Wish extends Ref {
  readonly row: Readonly<Record<string, WishValue>>;
  /** The row whose column refers to it. A row that nobody refers to vanishes, except in root tables. */
  readonly in?: Place;
}
export interface Place extends Ref {
  readonly column: string;
}
export interface Membership extends Place {
  readonly add?: readonly string[];
  readonly remove?: readonly string[];
}
export interface Plan {
  readonly rows?: readonly Wish[];
  readonly gone?: readonly Ref[];
  readonly members?: readonly Membership[];
}
/** Makes a plan from the replica and commits what of it is not so yet, in one transaction, one plan after another. */
export type Edit = (plan: () => Plan) => Promise<void>;

export function editor(replica: Replica): Edit {
  let last: Promise<unknown> = Promise.resolve();
  return (plan) => {
    const done = last.then(() => commit(replica, plan));
    last = done.catch(() => undefined);
    return done;
  };
}

/** What is committed is on the disk: the saga's row that says so is, too, and nobody would put it again after a loss of power. */
const durably: Op = { op: "commit", durable: true };

async function commit(replica: Replica, plan: () => Plan) {
  replica.check();
  const ops = operations(replica, plan());
  if (!ops.length) return;
  const results = await replica.transact([...ops, durably]);
  if (results.some(({ count }) => count === 0)) throw new Unavailable("The network's database changed meanwhile");
}

/** What has to be done so that the plan is so. Nothing, when it is. */
export function operations(replica: Replica, plan: Plan): readonly Op[] {
  const gone = (plan.gone ?? []).filter(({ table, uuid }) => replica.row(table, uuid));
  const goneKeys = new Set(gone.map(key));
  const coming = new Set((plan.rows ?? []).map(key));
  const members = [...(plan.rows ?? []).flatMap((wish) => placing(replica, wish)), ...gone.flatMap(leaving(replica))];
  const written = (plan.rows ?? []).flatMap((wish) => writing(replica, wish));
  const joined = together([...members, ...(plan.members ?? [])])
    .filter((place) => !goneKeys.has(key(place)))
    .flatMap((place) => joining(replica, place, coming));
  const deleted = gone.filter(({ table, uuid }) => !placeOf(replica.row(table, uuid))).map(deletion);
  return [...written, ...joined, ...deleted];
}

const key = ({ table, uuid }: Ref) => `${table}/${uuid}`;

function placing(replica: Replica, wish: Wish): readonly Membership[] {
  if (!wish.in) return [];
  const was = placeOf(replica.row(wish.table, wish.uuid));
  const left = was && key(was) !== key(wish.in) ? [{ ...was, remove: [wish.uuid] }] : [];
  return [{ ...wish.in, add: [wish.uuid] }, ...left];
}

const leaving = (replica: Replica) => (ref: Ref) => {
  const place = placeOf(replica.row(ref.table, ref.uuid));
  return place ? [{ ...place, remove: [ref.uuid] }] : [];
};

const placeMark = "crunch:in";
const placeText = ({ table, uuid, column }: Place) => `${table}/${uuid}/${column}`;

function placeOf(row: Row | undefined): Place | undefined {
  const text = row?.external_ids instanceof Map ? row.external_ids.get(placeMark) : undefined;
  const [table, uuid, column] = String(text ?? "").split("/");
  return table && uuid && column ? { table, uuid, column } : undefined;
}

function writing(replica: Replica, wish: Wish): readonly Op[] {
  const { table, uuid } = wish;
  const was = replica.row(table, uuid);
  const row = wish.in ? { ...wish.row, external_ids: marked(wish.row.external_ids, wish.in) } : wish.row;
  if (!was) return [{ op: "insert", table, uuid, row: encodeRow(replica, table, row) }];
  const changed = Object.entries(row).filter(([column, value]) => !isSo(was[column] ?? null, value));
  if (!changed.length) return [];
  const whole = changed.filter(([, value]) => !isIncluding(value));
  const updates = whole.length
    ? [{ op: "update", table, row: encodeRow(replica, table, Object.fromEntries(whole)) }]
    : [];
  const merges = changed.flatMap(([column, value]) => (isIncluding(value) ? [merge(table, column, value)] : []));
  return [...updates, ...merges].map((op) => ({ ...op, where: only(uuid) }));
}

function marked(ids: WishValue | undefined, place: Place): WishValue {
  const mark = { [placeMark]: placeText(place) };
  if (ids === undefined) return { including: mark };
  return isIncluding(ids)
    ? { including: { ...ids.including, ...mark } }
    : { ...(ids as Record<string, string>), ...mark };
}

const isIncluding = (value: WishValue): value is Including =>
  value !== null && typeof value === "object" && "including" in value && typeof value.including === "object";

function isSo(was: Value, wish: WishValue) {
  if (!isIncluding(wish)) return sameValue(was, plain(wish));
  return was instanceof Map && Object.entries(wish.including).every(([k, v]) => was.get(k) === v);
}

function plain(wish: WishValue): Value {
  if (isIncluding(wish)) return new Map(Object.entries(wish.including));
  if (Array.isArray(wish)) return new Set(wish as readonly Atom[]);
  if (wish === null || typeof wish !== "object" || wish instanceof Set || wish instanceof Map) return wish as Value;
  return new Map(Object.entries(wish as Record<string, string>));
}

function encodeRow(replica: Replica, table: string, row: Readonly<Record<string, WishValue>>) {
  const types = replica.schema.get(table)!;
  const columns = Object.entries(row).filter(([column]) => types.has(column));
  return Object.fromEntries(columns.map(([column, value]) => [column, encode(types.get(column)!, plain(value))]));
}

function merge(table: string, column: string, { including }: Including) {
  const mutations = [
    [column, "delete", ["set", Object.keys(including)]],
    [column, "insert", ["map", Object.entries(including)]],
  ];
  return { op: "mutate", table, mutations };
}

const only = (uuid: string) => [["_uuid", "==", ["uuid", uuid]]];
const deletion = ({ table, uuid }: Ref): Op => ({ op: "delete", table, where: only(uuid) });

function together(members: readonly Membership[]): readonly Required<Membership>[] {
  const groups = Map.groupBy(members, placeText);
  return [...groups.values()].map((same) => ({
    ...same[0]!,
    add: same.flatMap(({ add }) => add ?? []),
    remove: same.flatMap(({ remove }) => remove ?? []),
  }));
}

function joining(replica: Replica, place: Required<Membership>, coming: ReadonlySet<string>): readonly Op[] {
  const { table, uuid, column } = place;
  const row = replica.row(table, uuid);
  if (!row && !coming.has(key(place))) {
    if (!place.add.length) return [];
    throw new Unavailable(`${table} ${uuid} is not in the network's database yet`);
  }
  const has = (row?.[column] ?? new Set()) as ReadonlySet<Atom>;
  const add = [...new Set(place.add)].filter((each) => !has.has(each));
  const remove = [...new Set(place.remove)].filter((each) => has.has(each));
  const mutations = [
    ...(remove.length ? [[column, "delete", references(remove)]] : []),
    ...(add.length ? [[column, "insert", references(add)]] : []),
  ];
  return mutations.length ? [{ op: "mutate", table, where: only(uuid), mutations }] : [];
}

const references = (uuids: readonly string[]) => ["set", uuids.map((uuid) => ["uuid", uuid])];
