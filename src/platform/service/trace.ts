/** Something that a driver holds outside of the database, and for whose sake. */
export interface Trace {
  /** "qemu process", "tap", "logical switch port", "file" … */
  readonly kind: string;
  /** The id of the resource that it belongs to. */
  readonly subject: string;
  /** Where it is: a pid, a device name, a path, a row's uuid. */
  readonly where: string;
}

/** Bytes by the store that they are in and their key in it. */
interface Spot {
  readonly store: string;
  readonly key: string;
}

/** Those of what is there that nobody wants. */
export function unwanted<T extends Spot>(there: readonly T[], wanted: readonly Spot[]): T[] {
  const spelled = ({ store, key }: Spot) => `${store} ${key}`;
  const all = new Set(wanted.map(spelled));
  return there.filter((it) => !all.has(spelled(it)));
}
