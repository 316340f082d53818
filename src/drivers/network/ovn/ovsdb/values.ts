/** What OVSDB puts on the wire (RFC 7047, 5.1), and what the rest of the driver reads and writes instead. */
export type Atom = string | number | boolean;
/** A scalar, an optional (null: empty), a set or a map. Rows' references are their uuids as text. */
export type Value = Atom | null | ReadonlySet<Atom> | ReadonlyMap<Atom, Atom>;
export type Row = Readonly<Record<string, Value>>;
type Wire = unknown;

type BaseType = string | { readonly type: string };
interface WireType {
  readonly key: BaseType;
  readonly value?: BaseType;
  readonly min?: number;
  readonly max?: number | "unlimited";
}
export interface WireSchema {
  readonly tables: Record<string, { readonly columns: Record<string, { readonly type: string | WireType }> }>;
}

export interface ColumnType {
  readonly shape: "scalar" | "optional" | "set" | "map";
  readonly key: string;
  readonly value: string;
}
export type Schema = ReadonlyMap<string, ReadonlyMap<string, ColumnType>>;

export function readSchema(schema: WireSchema): Schema {
  return new Map(Object.entries(schema.tables).map(([name, { columns }]) => [name, columnTypes(columns)]));
}

function columnTypes(columns: Record<string, { readonly type: string | WireType }>) {
  return new Map(Object.entries(columns).map(([name, { type }]) => [name, columnType(type)]));
}

function columnType(type: string | WireType): ColumnType {
  if (typeof type === "string") return { shape: "scalar", key: type, value: "" };
  const [key, value] = [baseType(type.key), type.value === undefined ? "" : baseType(type.value)];
  if (value) return { shape: "map", key, value };
  if ((type.max ?? 1) !== 1) return { shape: "set", key, value };
  return { shape: (type.min ?? 1) === 0 ? "optional" : "scalar", key, value };
}

const baseType = (type: BaseType) => (typeof type === "string" ? type : type.type);

/** What a column holds that a first snapshot leaves out. */
export function emptyValue({ shape, key }: ColumnType): Value {
  if (shape === "map") return new Map();
  if (shape === "set") return new Set();
  if (shape === "optional") return null;
  return { integer: 0, real: 0, boolean: false, string: "" }[key] ?? "00000000-0000-0000-0000-000000000000";
}

export function decode({ shape }: ColumnType, wire: Wire): Value {
  if (shape === "map") return new Map((wire as [string, [Wire, Wire][]])[1].map(([k, v]) => [atom(k), atom(v)]));
  if (shape === "set") return new Set(members(wire).map(atom));
  if (shape === "optional") return members(wire).map(atom)[0] ?? null;
  return atom(wire);
}

const members = (wire: Wire): Wire[] => (Array.isArray(wire) && wire[0] === "set" ? wire[1] : [wire]);
const atom = (wire: Wire): Atom => (Array.isArray(wire) ? wire[1] : (wire as Atom));

export function encode(type: ColumnType, value: Value): Wire {
  if (value === null) return ["set", []];
  if (value instanceof Set) return ["set", [...value].map((each) => encodeAtom(type.key, each))];
  if (value instanceof Map) {
    return ["map", [...value].map(([k, v]) => [encodeAtom(type.key, k), encodeAtom(type.value, v)])];
  }
  return encodeAtom(type.key, value as Atom);
}

const encodeAtom = (type: string, value: Atom): Wire => (type === "uuid" ? ["uuid", value] : value);

/** Applies the difference that an update2 gives of a set or a map: what is in both sides goes, what is in one stays. */
export function applyDifference({ shape }: ColumnType, was: Value, difference: Value): Value {
  if (shape === "set") {
    const set = new Set(was as ReadonlySet<Atom>);
    for (const each of difference as ReadonlySet<Atom>) if (!set.delete(each)) set.add(each);
    return set;
  }
  if (shape !== "map") return difference;
  const map = new Map(was as ReadonlyMap<Atom, Atom>);
  for (const [key, value] of difference as ReadonlyMap<Atom, Atom>) {
    if (map.get(key) === value) map.delete(key);
    else map.set(key, value);
  }
  return map;
}

export function sameValue(a: Value, b: Value): boolean {
  if (a instanceof Set && b instanceof Set) return a.size === b.size && [...a].every((each) => b.has(each));
  if (a instanceof Map && b instanceof Map) return a.size === b.size && [...a].every(([k, v]) => b.get(k) === v);
  return a === b;
}
