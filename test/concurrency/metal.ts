import type { Database } from "#platform/store/database.ts";
import type { Guest } from "#services/compute/driver.ts";
import type { Metal } from "./ground.ts";

interface ServerRow {
  readonly id: string;
  readonly host: string;
  readonly state: string;
}

/** What the rows say and what the simulated metal holds, where they differ; at rest only. */
export async function differences({ pool }: Database, metal: Metal): Promise<string[]> {
  const rows = async <T>(query: string) => (await pool.query(query)).rows as T[];
  const found: string[] = [];
  const same = (what: string, said: Iterable<string>, held: Iterable<string>) => {
    const [a, b] = [new Set(said), new Set(held)];
    const missing = [...a].filter((one) => !b.has(one));
    const strange = [...b].filter((one) => !a.has(one));
    if (missing.length + strange.length > 0)
      found.push(`${what}: only in the rows ${missing.slice(0, 4)}; only on the metal ${strange.slice(0, 4)}`);
  };
  const servers = await rows<ServerRow>(
    "select id::text, host, state from compute_servers where state in ('active', 'stopped')",
  );
  const guests = [...metal.compute.guests.values()];
  const known = new Set(servers.map(({ id }) => id));
  same(
    "servers and guests",
    servers.map(({ id, host, state }) => `${id} ${host} ${state === "active" ? "on" : "off"}`),
    guests.filter(({ guest }) => known.has(guest.id)).map(({ guest, host, power }) => `${guest.id} ${host} ${power}`),
  );
  const on = new Set(
    guests.filter(({ power, guest }) => power === "on" && known.has(guest.id)).map((it) => it.guest.id),
  );
  const disks = await rows<{ server: string; volume: string }>(
    "select server_id::text as server, volume_id as volume from compute_server_disks where attached",
  );
  same(
    "disks and the guests' disks",
    disks.filter(({ server }) => on.has(server)).map(({ server, volume }) => `${server} ${volume}`),
    guests
      .filter(({ guest }) => on.has(guest.id))
      .flatMap(({ guest }) => volumesOf(guest).map((id) => `${guest.id} ${id}`)),
  );
  // A port that says that something is wrong with it may be there or not.
  const all = await rows<{ id: string; server: string; host: string; status: string }>(
    "select id, device_id as server, host, status from network_ports where device_owner like 'compute:%' and host <> ''",
  );
  const ports = all.filter(({ status }) => status !== "ERROR");
  const faulty = new Set(all.filter(({ status }) => status === "ERROR").map(({ id }) => id));
  same(
    "ports and the guests' nics",
    ports.filter(({ server }) => on.has(server)).map(({ server, id }) => `${server} ${id}`),
    guests
      .filter(({ guest }) => on.has(guest.id))
      .flatMap(({ guest }) =>
        guest.nics.filter((nic) => !faulty.has(nic.portId)).map((nic) => `${guest.id} ${nic.portId}`),
      ),
  );
  same(
    "bound ports and taps",
    ports.map(({ id, host }) => `${id} ${host}`),
    [...metal.network.plugged.values()]
      .filter(({ portId }) => !faulty.has(portId))
      .map(({ portId, host }) => `${portId} ${host}`),
  );
  const volumes = await rows<{ id: string; gib: string; status: string }>(
    "select id, gib, status from block_storage_volumes",
  );
  const fine = volumes.filter(({ status }) => !status.startsWith("error"));
  const ill = new Set(volumes.filter(({ status }) => status.startsWith("error")).map(({ id }) => id));
  same(
    "volumes and the store's",
    fine.map(({ id, gib }) => `${id} ${gib}`),
    [...metal.storage.volumes].filter(([id]) => !ill.has(id)).map(([id, { gib }]) => `${id} ${gib}`),
  );
  const served = await rows<{ volume: string; server: string }>(
    "select volume_id as volume, server_id as server from block_storage_attachments where connection is not null and not releasing",
  );
  same(
    "attachments and served volumes",
    served.map(({ volume, server }) => `${volume} ${server}`),
    [...metal.storage.volumes].flatMap(([id, { served: it }]) => (it ? [`${id} ${it.serverId}`] : [])),
  );
  const snapshots = await rows<{ id: string }>("select id from block_storage_snapshots where status = 'available'");
  const broken = await rows<{ id: string }>("select id from block_storage_snapshots where status <> 'available'");
  const unwell = new Set(broken.map(({ id }) => id));
  same(
    "snapshots and the store's",
    snapshots.map(({ id }) => id),
    [...metal.storage.volumes.values()].flatMap((it) => [...it.snapshots.keys()]).filter((id) => !unwell.has(id)),
  );
  return found;
}

function volumesOf({ root, disks }: Guest): string[] {
  return [...(root.kind === "volume" ? [root.disk.volumeId] : []), ...disks.map(({ volumeId }) => volumeId)];
}
