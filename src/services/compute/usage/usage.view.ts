import { hoursWithin, type Span, type UsedServer } from "./usage.ts";

/** What the servers of one project used together, and each of them where that is asked for. */
export function projectUsage(
  projectId: string,
  servers: readonly UsedServer[],
  span: Span,
  now: string,
  detailed: boolean,
) {
  const sum = (amount: (it: UsedServer) => number) =>
    servers.reduce((all, it) => all + amount(it) * hoursWithin(it, span), 0);
  return {
    tenant_id: projectId,
    total_hours: sum(() => 1),
    total_vcpus_usage: sum((it) => it.vcpus),
    total_memory_mb_usage: sum((it) => it.memoryMib),
    total_local_gb_usage: sum(localGib),
    start: micros(span.start),
    stop: micros(span.end),
    ...(detailed && { server_usages: servers.map((it) => serverUsage(it, span, now)) }),
  };
}

function serverUsage(it: UsedServer, span: Span, now: string) {
  const until = Date.parse(it.terminatedAt ?? now);
  return {
    instance_id: it.id,
    name: it.name,
    tenant_id: it.projectId,
    flavor: it.flavorName,
    vcpus: it.vcpus,
    memory_mb: it.memoryMib,
    local_gb: localGib(it),
    hours: hoursWithin(it, span),
    started_at: micros(it.launchedAt),
    ended_at: it.terminatedAt && micros(it.terminatedAt),
    state: it.terminatedAt === null ? it.state : "terminated",
    uptime: Math.max(0, Math.floor((until - Date.parse(it.launchedAt)) / 1000)),
  };
}

function localGib({ diskGib, ephemeralGib }: UsedServer): number {
  return diskGib + ephemeralGib;
}

function micros(at: string): string {
  return `${at.slice(0, 23)}000`;
}
