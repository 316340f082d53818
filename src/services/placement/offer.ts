import { Refused } from "#platform/service/driver.ts";
import type { Tx } from "#platform/service/kit.ts";
import type { Join } from "#platform/store/join.ts";
import { inPassing } from "#platform/store/transaction.ts";
import {
  allocationsOf,
  deleteConsumer,
  insertAllocations,
  insertConsumer,
  listConsumerIds,
} from "./allocation/allocation.store.ts";
import { findDecision, keepDecision, listOffered } from "./claim/claim.store.ts";
import { choose, readNoHost, sayNoHost } from "./claim/claim.ts";
import type { Placement, ProviderReport, Resources, Want } from "./index.ts";
import { joined, type PlacementScope } from "./kit.ts";
import { bump, lockHosts } from "./provider/provider.store.ts";
import { makeAsReported } from "./report.offer.ts";
import { usedOn } from "./usage/usage.store.ts";

/** The answers to what neighbours ask. */
export const placementOffer: Placement = { claim, refused, release, report, usages, explain, consumers };

async function claim(join: Join, consumer: string, want: Want) {
  const tx = joined(join);
  const hosts = await lockHosts(tx.db, want.hosts);
  const [, offered] = await Promise.all([release(tx, consumer), listOffered(tx.db, hosts)]);
  const { best, whyNot } = choose(offered, want);
  if (!best) throw new Refused(sayNoHost(whyNot));
  take(tx, consumer, want, best.id);
  inPassing(keepDecision(tx.db, { consumerId: consumer, host: best.name, whyNot, at: tx.now }));
  return { host: best.name, whyNot };
}

/** Nobody needs the answers: the commit waits for all of it. */
function take(tx: Tx<PlacementScope>, consumerId: string, want: Want, providerId: string) {
  const { projectId, userId } = want;
  const times = { createdAt: tx.now, updatedAt: tx.now };
  inPassing(insertConsumer(tx.db, { id: consumerId, projectId, userId, kind: "INSTANCE", generation: 1, ...times }));
  const rows = Object.entries(want.resources)
    .filter(([, used]) => used > 0)
    .map(([resourceClass, used]) => ({ consumerId, providerId, resourceClass, used }));
  inPassing(insertAllocations(tx.db, rows));
  inPassing(bump(tx.db, [providerId], tx.now));
}

async function refused(join: Join, consumerId: string, sentence: string) {
  const tx = joined(join);
  await keepDecision(tx.db, { consumerId, host: null, whyNot: readNoHost(sentence), at: tx.now });
}

async function release(join: Join, consumer: string) {
  const tx = joined(join);
  const allocations = allocationsOf(tx.db, consumer);
  inPassing(deleteConsumer(tx.db, consumer));
  const held = await allocations;
  await bump(tx.db, [...new Set(held.map(({ providerId }) => providerId))], tx.now);
}

function report(join: Join, provider: ProviderReport) {
  return makeAsReported(joined(join), provider);
}

async function usages(join: Join, providerIds: readonly string[]): Promise<ReadonlyMap<string, Resources>> {
  const rows = Map.groupBy(await usedOn(joined(join).db, providerIds), (it) => it.providerId);
  return new Map(
    providerIds.map((id) => [id, Object.fromEntries((rows.get(id) ?? []).map((it) => [it.resourceClass, it.used]))]),
  );
}

async function explain(join: Join, consumer: string) {
  const it = await findDecision(joined(join).db, consumer);
  return it && { host: it.host, at: it.at, whyNot: it.whyNot };
}

function consumers(join: Join) {
  return listConsumerIds(joined(join).db);
}
