import type { TSchema } from "typebox";

/** A microversion: major.minor. */
export type Version = `${number}.${number}`;
/** A value that changes at given microversions; between two keys the lower one holds. */
export type Since<T> = { readonly [v in Version]?: T };
/** JSON schemas by version, all of which a handler may read as one type. */
export type Shapes<T> = Since<TSchema> & { readonly "~type"?: T };

export function shapes<T>(by: Since<TSchema>): Shapes<T> {
  return by;
}

/** The value that holds at a version; undefined before the first key. */
export function at<T>(since: Since<T>, v: Version): T | undefined {
  let best: Version | undefined;
  for (const key of Object.keys(since) as Version[]) if (atLeast(v, key) && (!best || atLeast(key, best))) best = key;
  return best && since[best];
}

export function atLeast(v: Version, floor: Version): boolean {
  return rank(v) >= rank(floor);
}

/** A number that orders versions: 2.10 comes after 2.9. */
export function rank(v: Version): number {
  const dot = v.indexOf(".");
  return Number(v.slice(0, dot)) * 1000 + Number(v.slice(dot + 1));
}
