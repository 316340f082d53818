import type { Amounts } from "./quota.ts";

/** Limits of the resources that a version speaks of; what the network counts has none here. */
export function limited(resources: readonly string[], limits: Amounts) {
  return Object.fromEntries(resources.map((it) => [it, limits[it] ?? -1]));
}

/** The same with what is used. Nothing is ever only reserved: usage is counted from the rows. */
export function detailed(resources: readonly string[], limits: Amounts, used: Amounts) {
  const detail = (it: string) => ({ limit: limits[it] ?? -1, in_use: used[it] ?? 0, reserved: 0 });
  return Object.fromEntries(resources.map((it) => [it, detail(it)]));
}
