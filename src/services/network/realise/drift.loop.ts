import type { Trace } from "#platform/service/trace.ts";
import type { AnySaga, World } from "#platform/service/kit.ts";
import { realiseFloatingIp } from "../floating-ip/realise.saga.ts";
import { loop, type NetworkScope } from "../kit.ts";
import { realiseNetwork } from "../network/realise.saga.ts";
import { realisePort } from "../port/realise.saga.ts";
import { realiseRouter } from "../router/realise.saga.ts";
import { realiseGroup } from "../security-group/realise.saga.ts";
import { strays } from "./strays.ts";
import { listWishes, type Wishes } from "./wishes.store.ts";

const sagas: Readonly<Record<keyof Wishes, AnySaga>> = {
  networks: realiseNetwork,
  securityGroups: realiseGroup,
  routers: realiseRouter,
  ports: realisePort,
  taps: realisePort,
  floatingIps: realiseFloatingIp,
};

/** Puts again what the data plane has lost, and drops what no row wants. */
export const networkDrift = loop("network.drift", {
  every: 60,
  async run(world: World<NetworkScope>) {
    const traces = await world.driver.traces();
    const wishes = await listWishes(world.db);
    const lost = missing(wishes, traces);
    for (const { saga, id } of lost) await world.write((tx) => tx.start(saga, id));
    const found = strays(traces, wishes);
    for (const trace of found) await drop(world, trace);
    return { changed: lost.length + found.length };
  },
});

/** What rows want and the data plane does not have; what a saga works on at this moment is its business. */
function missing(wishes: Wishes, traces: readonly Trace[]): { saga: AnySaga; id: string }[] {
  const there = new Set(traces.map((trace) => trace.subject));
  const open = new Set(wishes.busy);
  return (Object.keys(sagas) as (keyof typeof sagas)[]).flatMap((kind) =>
    wishes[kind].filter((id) => !there.has(id) && !open.has(id)).map((id) => ({ saga: sagas[kind], id })),
  );
}
