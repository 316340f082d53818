import { isDeepStrictEqual } from "node:util";
import type { Tx, World } from "#platform/service/kit.ts";
import type { HostReport } from "../driver.ts";
import { type Compute, loop } from "../kit.ts";
import { changeHost, findHost, listHosts, saveHost } from "./host.store.ts";
import { type ComputeHost, isOpen, isUp } from "./host.ts";
import { provide } from "./provide.store.ts";

/** Keeps the rows of hosts, and what placement knows of them, as the hosts report themselves. */
export const reportHosts = loop("compute.host.report", {
  every: 10,
  onHosts: true,
  async run(world) {
    const reports = await world.driver.hosts();
    let changed = 0;
    for (const report of reports) changed += await world.write((tx) => keep(tx, report));
    const silent = (await listHosts(world.db)).filter((it) => !reports.some(({ name }) => name === it.name));
    for (const it of silent) await world.write((tx) => closeSilent(tx, it));
    return { changed };
  },
});

/** The first report, when the program starts: so that the first server finds a host. */
export function reportAtOnce(world: World<Compute>): void {
  reportHosts
    .run(world)
    .catch((err) => world.log.error({ err }, "the hosts could not be asked for their first report"));
}

/** Says 1 where something differs from what was known. */
async function keep(tx: Tx<Compute>, report: HostReport): Promise<number> {
  const known = await findHost(tx.db, report.name);
  const news = known ? reported(report) : newHost(tx, report);
  const same =
    known !== undefined &&
    isDeepStrictEqual(reported(report), reportedBefore(known)) &&
    isOpen(known, tx.now) === isOpen({ ...known, seenAt: tx.now }, tx.now);
  if (same) {
    await changeHost(tx.db, known.id, { seenAt: tx.now });
    return 0;
  }
  const it = { ...(known ?? newHost(tx, report)), ...news, seenAt: tx.now, updatedAt: tx.now };
  await saveHost(tx.db, it);
  await provide(tx, it);
  if (!known || !isUp(known, tx.now)) await tx.emit("host.reported", { host: it.name });
  return 1;
}

function newHost(tx: Tx<Compute>, report: HostReport) {
  return {
    ...reported(report),
    id: tx.newId(),
    zone: "nova",
    disabled: false,
    disabledReason: null,
    forcedDown: false,
    createdAt: tx.now,
    updatedAt: tx.now,
    seenAt: tx.now,
  };
}

function reported({ cpuInfo, bootedAt, traits, ...it }: HostReport) {
  return { ...it, traits: [...traits], cpuInfo: { ...cpuInfo } as Record<string, unknown>, bootedAt: bootedAt ?? null };
}

function reportedBefore(it: ComputeHost): ReturnType<typeof reported> {
  const { id: _1, number: _2, zone: _3, disabled: _4, disabledReason: _5, forcedDown: _6, ...rest } = it;
  const { createdAt: _7, updatedAt: _8, seenAt: _9, ...before } = rest;
  return { ...before, traits: [...before.traits], cpuInfo: { ...before.cpuInfo } };
}

/** A host that is silent for too long takes no new servers. */
async function closeSilent(tx: Tx<Compute>, it: ComputeHost) {
  if (!isOpen(it, tx.now)) await provide(tx, it);
}
