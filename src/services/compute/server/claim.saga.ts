import { Refused } from "#platform/service/driver.ts";
import { again, type StepTx } from "#platform/service/kit.ts";
import type { Resources } from "#services/placement/index.ts";
import { listHosts } from "../host/host.store.ts";
import { type ComputeHost, isOpen, isUp } from "../host/host.ts";
import type { Compute } from "../kit.ts";
import { hostsInGroup } from "../server-group/server-group.store.ts";
import { changeServer, findServer, getServer } from "./server.store.ts";
import type { Server, ServerFault } from "./server.ts";

/** How long a new server waits for hosts when none has reported: the program may just have been started. */
const patience = 30;

/** Takes room on a host; while none is up, waits for the first report. */
export async function claim(tx: StepTx<Compute>) {
  const it = await getServer(tx.db, tx.subject);
  const hosts = await listHosts(tx.db);
  const waited = (Date.parse(tx.now) - Date.parse(it.taskSince ?? it.createdAt)) / 1000;
  if (waited < patience && !hosts.some((host) => isUp(host, tx.now))) return again(5, "host.reported");
  const allowed = await candidates(
    tx,
    it,
    hosts.filter((host) => isOpen(host, tx.now)),
  );
  const decision = await decide(tx, it, allowed);
  if (decision instanceof Refused) return changeServer(tx.db, it.id, { fault: noHost(decision, tx.now) });
  const zone = hosts.find((one) => one.name === decision.host)?.zone ?? it.availabilityZone;
  await changeServer(tx.db, it.id, { host: decision.host, availabilityZone: zone });
}

/** The next step of a build: a refusal fails it here, when the decision and its reasons are kept. */
export async function requirePlace(tx: StepTx<Compute>) {
  const { host, fault } = await getServer(tx.db, tx.subject);
  if (host === null) throw new Refused(fault?.message ?? "No valid host was found.");
}

async function decide(tx: StepTx<Compute>, it: Server, hosts: readonly string[]) {
  const want = {
    resources: resources(it, it.bootImage !== null),
    requiredTraits: traits(it, "required"),
    forbiddenTraits: [...traits(it, "forbidden"), "COMPUTE_STATUS_DISABLED"],
    hosts,
    projectId: it.projectId,
    userId: it.userId,
  };
  try {
    return await tx.needs.placement.claim(tx, it.id, want);
  } catch (why) {
    if (!(why instanceof Refused)) throw why;
    await tx.needs.placement.refused(tx, it.id, why.message);
    return why;
  }
}

/** Nova's sentence for a server that finds no host; the reasons are for administrators. */
function noHost({ message: details }: Refused, created: string): ServerFault {
  return { code: 500, message: "No valid host was found. There are not enough hosts available.", details, created };
}

export async function unclaim(tx: StepTx<Compute>) {
  await tx.needs.placement.release(tx, tx.subject);
  await changeServer(tx.db, tx.subject, { host: null });
}

/** What a server takes from its host. */
export function resources(
  it: Pick<Server, "vcpus" | "memoryMib" | "diskGib" | "ephemeralGib" | "swapMib">,
  local: boolean,
): Resources {
  const disk = (local ? it.diskGib : 0) + it.ephemeralGib + Math.ceil(it.swapMib / 1024);
  return { VCPU: it.vcpus, MEMORY_MB: it.memoryMib, ...(disk > 0 && { DISK_GB: disk }) };
}

function traits({ extraSpecs, imageProperties }: Server, how: "required" | "forbidden"): string[] {
  const said = { ...imageProperties, ...extraSpecs };
  return Object.keys(said).flatMap((key) => (key.startsWith("trait:") && said[key] === how ? [key.slice(6)] : []));
}

/** The hosts that zone, wish, hints and group leave. */
async function candidates(tx: StepTx<Compute>, it: Server, hosts: readonly ComputeHost[]): Promise<string[]> {
  let names = hosts.filter((host) => it.pinnedZone === null || host.zone === it.pinnedZone).map((host) => host.name);
  if (it.wantedHost !== null) names = names.filter((name) => name === it.wantedHost);
  const { same_host: same, different_host: different } = it.schedulerHints;
  if (same !== undefined) names = await kept(tx, names, same, true);
  if (different !== undefined) names = await kept(tx, names, different, false);
  return groupHosts(tx, it, names);
}

async function kept(tx: StepTx<Compute>, names: string[], ids: unknown, same: boolean): Promise<string[]> {
  const servers = await Promise.all([ids].flat().map((id) => findServer(tx.db, String(id))));
  const hosts = servers.flatMap((it) => it?.host ?? []);
  return names.filter((name) => hosts.includes(name) === same);
}

/** Of two members that are placed at once, the second waits and sees the first. */
async function groupHosts(tx: StepTx<Compute>, it: Server, names: string[]): Promise<string[]> {
  if (it.serverGroupId === null) return names;
  const { policy, perHost, taken } = await hostsInGroup(tx.db, it.serverGroupId, it.id);
  if (policy === "affinity") return taken.size === 0 ? names : names.filter((name) => taken.has(name));
  if (policy === "anti-affinity") return names.filter((name) => (taken.get(name) ?? 0) < perHost);
  if (policy === "soft-affinity") return preferred(names, (name) => taken.has(name));
  return policy === "soft-anti-affinity" ? preferred(names, (name) => !taken.has(name)) : names;
}

function preferred(names: string[], good: (name: string) => boolean): string[] {
  const best = names.filter(good);
  return best.length > 0 ? best : names;
}
