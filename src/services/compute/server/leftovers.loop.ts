import type { World } from "#platform/service/kit.ts";
import type { Trace } from "#platform/service/trace.ts";
import type { Compute } from "../kit.ts";
import { liveAmong } from "./server.store.ts";

/** What hosts hold for servers that are none any more, and room that is kept for them. */
export async function leftovers(world: World<Compute>): Promise<Trace[]> {
  const traces = await world.driver.traces();
  const kept = await world.write((tx) => tx.needs.placement.consumers(tx));
  const all = [...traces, ...kept.map((subject) => ({ kind: "allocation", subject, where: "placement" }))];
  const live = await liveAmong(world.db, [...new Set(all.map((it) => it.subject))]);
  return all.filter((it) => !live.has(it.subject));
}
