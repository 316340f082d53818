import { badRequest, conflict } from "#platform/api/errors.ts";
import type { Ctx } from "#platform/service/kit.ts";
import type { Compute } from "../kit.ts";
import { aggregatesOf, hasServers, hostsByAggregate } from "./aggregate.store.ts";
import { type Aggregate, defaultZone, zoneOf } from "./aggregate.ts";

/** A zone does not change under its servers, and no host is in two. */
export async function refuseMove(
  { db }: Ctx<Compute>,
  it: Aggregate,
  zone: string | null,
  what: string,
): Promise<void> {
  if (zone === zoneOf(it)) return;
  const hosts = (await hostsByAggregate(db, it.id)).get(it.id) ?? [];
  for (const host of hosts) {
    const other = otherZone(await aggregatesOf(db, host), it, zone);
    if (other) throw badRequest(`${what} Reason: Host already in availability zone "${other}".`);
  }
  if (await hasServers(db, hosts))
    throw badRequest(`${what} Reason: One or more hosts contain instances in this zone.`);
}

/** The same for one host that comes into an aggregate. */
export async function refuseJoin({ db }: Ctx<Compute>, it: Aggregate, host: string): Promise<void> {
  const what = `Cannot add host to aggregate ${it.id}.`;
  const [around, zone] = [await aggregatesOf(db, host), zoneOf(it)];
  const other = otherZone(around, it, zone);
  if (other) throw conflict(`${what} Reason: Host already in availability zone "${other}".`);
  if (zone !== null && zone !== zoneAmong(around)) await refuseServers(db, host, what);
}

/** And for one that leaves it. */
export async function refuseLeave({ db }: Ctx<Compute>, it: Aggregate, host: string): Promise<void> {
  const around = await aggregatesOf(db, host);
  const rest = around.filter((one) => one.id !== it.id);
  if (zoneAmong(around) !== zoneAmong(rest))
    await refuseServers(db, host, `Cannot remove host from aggregate ${it.id}.`);
}

async function refuseServers(db: Ctx<Compute>["db"], host: string, what: string) {
  if (await hasServers(db, [host])) throw conflict(`${what} Reason: One or more hosts contain instances in this zone.`);
}

function otherZone(around: readonly Aggregate[], it: Aggregate, zone: string | null): string | undefined {
  if (zone === null) return undefined;
  const zones = around.filter((one) => one.id !== it.id).flatMap((one) => zoneOf(one) ?? []);
  return zones.find((one) => one !== zone);
}

function zoneAmong(around: readonly Aggregate[]): string {
  return around.flatMap((it) => zoneOf(it) ?? [])[0] ?? defaultZone;
}
