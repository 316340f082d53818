/** Counts in Prometheus' text form. */
export interface Metrics {
  request(service: string, method: string, status: number, seconds: number): void;
  /** A figure that is read when somebody asks. */
  gauge(name: string, help: string, read: () => number | Promise<number> | Promise<Map<string, number>>): void;
  text(): Promise<string>;
}

const bounds = [0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10];

interface Series {
  count: number;
  sum: number;
  readonly buckets: number[];
}

export function makeMetrics(): Metrics {
  const series = new Map<string, Series>();
  const gauges: { name: string; help: string; read: () => number | Promise<number> | Promise<Map<string, number>> }[] =
    [];
  const memory = () => process.memoryUsage.rss();
  gauges.push({ name: "process_resident_memory_bytes", help: "Resident memory of this process.", read: memory });
  gauges.push({
    name: "process_uptime_seconds",
    help: "Seconds since the start of this process.",
    read: () => process.uptime(),
  });
  return {
    request(service, method, status, seconds) {
      const key = `service="${service}",method="${method}",status="${status}"`;
      const one = series.get(key) ?? { count: 0, sum: 0, buckets: bounds.map(() => 0) };
      series.set(key, one);
      one.count += 1;
      one.sum += seconds;
      for (let i = bounds.length - 1; i >= 0 && seconds <= bounds[i]!; i -= 1) one.buckets[i]! += 1;
    },
    gauge: (name, help, read) => void gauges.push({ name, help, read }),
    async text() {
      const lines = [...requestLines(series)];
      for (const one of gauges) lines.push(...(await gaugeLines(one)));
      return `${lines.join("\n")}\n`;
    },
  };
}

function* requestLines(series: ReadonlyMap<string, Series>) {
  const name = "crunch_http_request_duration_seconds";
  yield `# HELP ${name} Seconds from a request's header to its answer.`;
  yield `# TYPE ${name} histogram`;
  for (const [labels, { count, sum, buckets }] of series) {
    for (const [i, bound] of bounds.entries()) yield `${name}_bucket{${labels},le="${bound}"} ${buckets[i]}`;
    yield `${name}_bucket{${labels},le="+Inf"} ${count}`;
    yield `${name}_sum{${labels}} ${sum}`;
    yield `${name}_count{${labels}} ${count}`;
  }
}

async function gaugeLines({ name, help, read }: { name: string; help: string; read: () => unknown }) {
  const value = await Promise.resolve(read()).catch(() => undefined);
  if (value === undefined) return [];
  const rows = value instanceof Map ? [...value].map(([labels, v]) => `${name}{${labels}} ${v}`) : [`${name} ${value}`];
  return [`# HELP ${name} ${help}`, `# TYPE ${name} gauge`, ...rows];
}
