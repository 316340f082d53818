import { guestUser } from "#agent/guest-user.ts";
import { aliased, dropTap, putTap } from "#agent/taps.ts";
import type { Trace } from "#platform/service/trace.ts";
import type { PlugSpec } from "#services/network/driver.ts";
import type { Replica } from "../ovsdb/replica.ts";
import { type HostScope, join, leave } from "./join.ts";
import type { MetadataDoors, MetadataSpec } from "./metadata.ts";

/** What the driver asks of one host. Every argument and answer is JSON, so that the host may be another machine. */
export interface NetworkAgent {
  plug(spec: PlugSpec): Promise<{ readonly device: string }>;
  unplug(portId: string): Promise<void>;
  /** The ports that are plugged here. */
  plugged(): Promise<readonly string[]>;
  /** Opens the metadata addresses of exactly these networks. Answers the networks for which that failed. */
  openMetadata(networks: readonly MetadataSpec[]): Promise<readonly string[]>;
  traces(): Promise<readonly Trace[]>;
}

/** The host that this program runs on. */
export function localAgent(scope: HostScope, doors: MetadataDoors): NetworkAgent {
  return {
    plug: (spec) => plug(scope, spec),
    unplug: (portId) => unplug(scope, portId),
    plugged: async () => pluggedPorts(scope.replica),
    openMetadata: doors.open,
    traces: async () => [...(await tapTraces(scope)), ...interfaceTraces(scope.replica), ...(await doors.traces())],
  };
}

/** Stands on every tap: which cloud's it is, for there may be others on this host, and which port's. */
const tapAlias = ({ prefix }: HostScope) => `${prefix}:port:`;
const deviceOf = (portId: string) => `tap${portId.slice(0, 11)}`;

async function plug(scope: HostScope, { portId, mac, mtu, deviceId }: PlugSpec) {
  const device = deviceOf(portId);
  const ifindex = await putTap(scope.namespace, {
    device,
    uid: guestUser(deviceId).uid,
    mtu,
    alias: `${tapAlias(scope)}${portId}`,
  });
  const ids = { "iface-id": portId, "attached-mac": mac, "crunch:id": portId, "crunch:kind": "port" };
  await join(scope, { device, bridge: scope.integration, ids, ifindex });
  return { device };
}

async function unplug(scope: HostScope, portId: string) {
  const device = deviceOf(portId);
  await leave(scope, device);
  await dropTap(scope.namespace, device);
}

interface Joined {
  readonly uuid: string;
  readonly id: string;
  readonly kind: string;
}

function joined(replica: Replica): readonly Joined[] {
  return [...replica.rows("Interface")].flatMap(([uuid, { external_ids: ids }]) => {
    if (!(ids instanceof Map) || !ids.has("crunch:id")) return [];
    return [{ uuid, id: String(ids.get("crunch:id")), kind: String(ids.get("crunch:kind")) }];
  });
}

function pluggedPorts(replica: Replica) {
  replica.check();
  return joined(replica).flatMap(({ kind, id }) => (kind === "port" ? [id] : []));
}

function interfaceTraces(replica: Replica): readonly Trace[] {
  replica.check();
  return joined(replica).map(({ uuid, id }) => ({ kind: "ovs interface", subject: id, where: `Interface/${uuid}` }));
}

async function tapTraces(scope: HostScope): Promise<readonly Trace[]> {
  const start = tapAlias(scope);
  const taps = await aliased(scope.namespace, start);
  return taps.map(({ ifname, ifalias }) => ({ kind: "tap", subject: ifalias!.slice(start.length), where: ifname }));
}

/** Takes away every tap, joined or not: for a host that is to be as it was before. */
export async function dropTaps(scope: HostScope): Promise<void> {
  for (const { subject } of await tapTraces(scope)) await unplug(scope, subject);
}
