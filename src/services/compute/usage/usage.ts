/** What is read of a server to say what it used. */
export interface UsedServer {
  readonly id: string;
  readonly name: string;
  readonly projectId: string;
  readonly flavorName: string;
  readonly vcpus: number;
  readonly memoryMib: number;
  readonly diskGib: number;
  readonly ephemeralGib: number;
  readonly state: string;
  readonly launchedAt: string;
  readonly terminatedAt: string | null;
}
export interface Span {
  readonly start: string;
  readonly end: string;
}

/** How long it ran within the span. */
export function hoursWithin({ launchedAt, terminatedAt }: UsedServer, { start, end }: Span): number {
  const from = Math.max(Date.parse(launchedAt), Date.parse(start));
  const to = Math.min(terminatedAt === null ? Date.parse(end) : Date.parse(terminatedAt), Date.parse(end));
  return Math.max(0, to - from) / 3_600_000;
}
