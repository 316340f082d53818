import type { Trace } from "#platform/service/trace.ts";
import type { Wishes } from "./wishes.ts";

const uuid = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/;

/** What the data plane holds for the sake of nothing that is there. */
export function strays(traces: readonly Trace[], wishes: Omit<Wishes, "hosts">): Trace[] {
  const { networks, securityGroups, routers, ports, taps, floatingIps, parts } = wishes;
  const wanted = new Set([networks, securityGroups, routers, ports, taps, floatingIps, parts].flat());
  return traces.filter(({ subject }) => uuid.test(subject) && !wanted.has(subject));
}
