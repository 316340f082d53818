import type { AnySaga, Tx, World } from "#platform/service/kit.ts";
import type { Trace } from "#platform/service/trace.ts";
import { realiseFloatingIp } from "../floating-ip/realise.saga.ts";
import { loop, type NetworkScope } from "../kit.ts";
import { realiseNetwork } from "../network/realise.saga.ts";
import { realisePort } from "../port/realise.saga.ts";
import { noteRow } from "../resource/resource.store.ts";
import { realiseRouter } from "../router/realise.saga.ts";
import { realiseGroup } from "../security-group/realise.saga.ts";
import { strays } from "./strays.ts";
import { listWishes } from "./wishes.store.ts";
import type { Wishes } from "./wishes.ts";

type Net = World<NetworkScope>;

/** Puts again what the data plane has lost, and drops what no row wants. */
export const networkDrift = loop("network.drift", {
  every: 60,
  onHosts: true,
  async run(world) {
    // The traces first: what is made after them has a saga at work, which is then seen.
    const traces = await world.driver.traces();
    const wishes = await listWishes(world.db, world.hosts);
    let changed = 0;
    for (const { saga, id } of lost(wishes, traces)) if (await startIdle(world, saga, id)) changed += 1;
    for (const id of new Set(strays(traces, wishes).map((trace) => trace.subject)))
      if (await dropIdle(world, id, wishes.hosts)) changed += 1;
    return { changed };
  },
});

/** What others wait for is not there until it is put again. */
const waitedFor = new Map<AnySaga, "networkNetworks" | "networkSecurityGroups" | "networkRouters">([
  [realiseNetwork, "networkNetworks"],
  [realiseGroup, "networkSecurityGroups"],
  [realiseRouter, "networkRouters"],
]);
const onHosts = /tap|interface|namespace/;

interface Lost {
  readonly saga: AnySaga;
  readonly id: string;
}
/** What rows want and the data plane does not have. */
function lost(wishes: Wishes, traces: readonly Trace[]): Lost[] {
  const rows = new Set(traces.filter((trace) => !onHosts.test(trace.kind)).map((trace) => trace.subject));
  const taps = new Set(traces.filter((trace) => trace.kind === "tap").map((trace) => trace.subject));
  const without = (saga: AnySaga, ids: readonly string[], there: ReadonlySet<string>) =>
    ids.filter((id) => !there.has(id)).map((id) => ({ saga, id }));
  return [
    ...without(realiseNetwork, wishes.networks, rows),
    ...without(realiseGroup, wishes.securityGroups, rows),
    ...without(realiseRouter, wishes.routers, rows),
    ...without(realisePort, wishes.ports, rows),
    ...without(
      realisePort,
      wishes.taps.filter((id) => rows.has(id)),
      taps,
    ),
    ...without(realiseFloatingIp, wishes.floatingIps, rows),
  ];
}

function startIdle(world: Net, saga: AnySaga, id: string): Promise<boolean> {
  return world.write(async (tx) => {
    if (await isBusy(tx, id)) return false;
    const table = waitedFor.get(saga);
    if (table) await noteRow(tx.db, table, id, { realised: false });
    await tx.start(saga, id);
    return true;
  });
}

/** A trace does not say what it is a part of, and dropping what is not there does nothing: so all of it is dropped. */
async function dropIdle(world: Net, id: string, hosts: readonly string[]): Promise<boolean> {
  if (await world.write((tx) => isBusy(tx, id))) return false;
  const { driver } = world;
  for (const host of hosts) await driver.unplug(host, id);
  await driver.dropPort(id);
  await driver.dropFloatingIp(id);
  await driver.dropRouter(id);
  await driver.dropSecurityGroup(id);
  await driver.dropNetwork(id);
  return true;
}

async function isBusy(tx: Tx<NetworkScope>, id: string): Promise<boolean> {
  return (await tx.history(id)).some(({ state }) => state === "running" || state === "undoing");
}
