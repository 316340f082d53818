import { Gone, Refused, Unavailable } from "#platform/service/driver.ts";
import { type Faults, newFaults } from "#platform/service/faults.ts";
import type { BlockStorageDriver, VolumeSpec } from "#services/block-storage/driver.ts";

export interface SimulatedVolume {
  gib: number;
  /** What is written on it, as far as a simulation goes: where it came from. */
  content: string;
  readonly snapshots: Map<string, string>;
  /** Where and to which server it is being served. */
  served: { readonly host: string; readonly serverId: string } | null;
}
export interface SimulatedBlockStorage extends BlockStorageDriver {
  /** The world, by volume id. */
  readonly volumes: Map<string, SimulatedVolume>;
  /** What is to go wrong. */
  readonly faults: Faults<keyof BlockStorageDriver>;
  /** Every server of blocks dies at once, as in a host's reboot. */
  stopServing(): void;
}

/** A storage system made of a map. */
export function simulatedBlockStorage(size: { totalGib?: number } = {}): SimulatedBlockStorage {
  const totalGib = size.totalGib ?? 10_000;
  const volumes = new Map<string, SimulatedVolume>();
  const faults = newFaults<keyof BlockStorageDriver>();
  const get = (id: string) => volumes.get(id) ?? gone(`There is no volume ${id}.`);

  return {
    volumes,
    faults,
    stopServing() {
      for (const it of volumes.values()) it.served = null;
    },
    async create(spec, signal) {
      await faults.meet("create", signal);
      if (!volumes.has(spec.id)) volumes.set(spec.id, made(spec, volumes));
    },
    async delete(id, signal) {
      await faults.meet("delete", signal);
      if (volumes.get(id)?.served) throw new Unavailable(`The volume ${id} is being served.`);
      volumes.delete(id);
    },
    async extend(id, gib, signal) {
      await faults.meet("extend", signal);
      const it = get(id);
      if (gib < it.gib) throw new Refused("A volume cannot shrink.");
      it.gib = gib;
    },
    async snapshot(volumeId, snapshotId, signal) {
      await faults.meet("snapshot", signal);
      const it = get(volumeId);
      if (!it.snapshots.has(snapshotId)) it.snapshots.set(snapshotId, it.content);
    },
    async deleteSnapshot(volumeId, snapshotId, signal) {
      await faults.meet("deleteSnapshot", signal);
      volumes.get(volumeId)?.snapshots.delete(snapshotId);
    },
    async connect(id, host, serverId, signal) {
      await faults.meet("connect", signal);
      const it = get(id);
      if (it.served && it.served.serverId !== serverId)
        throw new Unavailable(`The volume ${id} is served to another server.`);
      it.served = { host, serverId };
      return { kind: "simulated" };
    },
    async disconnect(id, _host, serverId, signal) {
      await faults.meet("disconnect", signal);
      const it = volumes.get(id);
      if (it?.served?.serverId === serverId) it.served = null;
    },
    async served() {
      await faults.meet("served");
      return [...volumes].flatMap(([volumeId, { served }]) => (served ? [{ volumeId, ...served }] : []));
    },
    async capacity() {
      await faults.meet("capacity");
      const taken = [...volumes.values()].reduce((sum, it) => sum + it.gib, 0);
      return { totalGib, freeGib: Math.max(0, totalGib - taken) };
    },
    async traces() {
      await faults.meet("traces");
      return [...volumes].flatMap(([id, it]) => tracesOf(id, it));
    },
  };
}

function made({ id, gib, source }: VolumeSpec, volumes: Map<string, SimulatedVolume>): SimulatedVolume {
  return { gib, content: source ? contentOf(source, volumes) : `empty ${id}`, snapshots: new Map(), served: null };
}

function contentOf(source: NonNullable<VolumeSpec["source"]>, volumes: Map<string, SimulatedVolume>): string {
  if (source.kind === "image") return `image ${source.path}`;
  const from = volumes.get(source.volumeId) ?? gone(`There is no volume ${source.volumeId}.`);
  if (source.kind === "volume") return from.content;
  return from.snapshots.get(source.snapshotId) ?? gone(`There is no snapshot ${source.snapshotId}.`);
}

function gone(why: string): never {
  throw new Gone(why);
}

function tracesOf(id: string, it: SimulatedVolume) {
  const volume = { kind: "simulated volume", subject: id, where: "memory" };
  const snapshots = [...it.snapshots.keys()].map((subject) => ({ kind: "simulated snapshot", subject, where: id }));
  const served = it.served ? [{ kind: "simulated connection", subject: id, where: it.served.host }] : [];
  return [volume, ...snapshots, ...served];
}
