import { readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { run } from "../client.ts";
import { untilAgain as until } from "../until.ts";
import type { Cloud } from "./cloud.ts";

export type Ask = (method: string, path: string, body?: object) => Promise<unknown>;

/** What stands while everything around it is killed. */
export interface Ground {
  readonly flavor: string;
  readonly image: string;
  /** The same image, whose guests get two seconds to turn themselves off. */
  readonly hasty: string;
  readonly network: string;
  readonly outside: string;
  readonly key: string;
}

export async function layGround(cloud: Cloud): Promise<Ground> {
  const { must, place } = cloud;
  const flavor = { flavor: { name: "chaos.tiny", vcpus: 1, ram: 128, disk: 1 } };
  const flavorId = (await must("POST", "/compute/v2.1/flavors", flavor, "admin")).flavor.id;
  const image = (await must("GET", "/image/v2/images?name=mini")).images[0].id;
  const network = (await must("GET", "/network/v2.0/networks?name=private")).networks[0].id;
  const outside = (await must("GET", "/network/v2.0/networks?name=public")).networks[0].id;
  const hasty = await upload(cloud, "hasty", { os_shutdown_timeout: "2" });
  await openDoors(cloud);
  const key = join(place.disk, "../key");
  const made = await must("POST", "/compute/v2.1/os-keypairs", { keypair: { name: "chaos" } });
  await writeFile(key, `${made.keypair.private_key}\n`, { mode: 0o600 });
  await cloud.calm(60);
  return { flavor: flavorId, image, hasty, network, outside, key };
}

export async function upload(cloud: Cloud, name: string, more: object = {}): Promise<string> {
  const asked = { name, disk_format: "qcow2", container_format: "bare", visibility: "public", min_disk: 1, ...more };
  return uploadBytes(cloud, asked, await readFile(join(cloud.place.state, "build/mini.qcow2")));
}

/** Bytes that no other image has: with this one's deletion they are dropped. */
export function uploadOwn(cloud: Cloud, name: string): Promise<string> {
  const asked = { name, disk_format: "raw", container_format: "bare" };
  return uploadBytes(cloud, asked, Buffer.alloc(2 ** 20, `the bytes of ${name}; `));
}

async function uploadBytes(cloud: Cloud, asked: object, bytes: Buffer): Promise<string> {
  const { id } = await cloud.must("POST", "/image/v2/images", asked, "admin");
  await cloud.must("PUT", `/image/v2/images/${id}/file`, bytes, "admin");
  return id;
}

/** Lets ssh and pings in. */
async function openDoors({ must }: Cloud) {
  const group = (await must("GET", "/network/v2.0/security-groups?name=default")).security_groups[0].id;
  const rule = { security_group_id: group, direction: "ingress", ethertype: "IPv4" };
  const ssh = { ...rule, protocol: "tcp", port_range_min: 22, port_range_max: 22 };
  for (const it of [ssh, { ...rule, protocol: "icmp" }])
    await must("POST", "/network/v2.0/security-group-rules", { security_group_rule: it });
}

/** A server's row. */
export async function server(cloud: Cloud, id: string) {
  return (await cloud.must("GET", `/compute/v2.1/servers/${id}`)).server;
}

export async function volume(cloud: Cloud, id: string) {
  return (await cloud.must("GET", `/volume/v3/volumes/${id}`)).volume;
}

export function draft({ flavor, image, network }: Ground, name: string, more: object = {}) {
  return { server: { name, flavorRef: flavor, imageRef: image, networks: [{ uuid: network }], ...more } };
}

export async function serverIs(cloud: Cloud, id: string, status: string, seconds = 120) {
  return until(
    `server ${id} is ${status}`,
    seconds,
    () => server(cloud, id),
    (it) => it.status === status,
  );
}

export async function volumeIs(cloud: Cloud, id: string, status: string, seconds = 90) {
  return until(
    `volume ${id} is ${status}`,
    seconds,
    () => volume(cloud, id),
    (it) => it.status === status,
  );
}

export async function isGone(cloud: Cloud, path: string, seconds = 90) {
  await until(
    `${path} is gone`,
    seconds,
    () => cloud.call("GET", path),
    (it) => it.status === 404,
  );
}

/** Starts a server and returns when its guest has told that it is ready. */
export async function boot(cloud: Cloud, ground: Ground, name: string, more: object = {}): Promise<string> {
  const asked = draft(ground, name, { key_name: "chaos", ...more });
  const { id } = (await cloud.must("POST", "/compute/v2.1/servers", asked)).server;
  await serverIs(cloud, id, "ACTIVE");
  await ready(cloud, id);
  return id;
}

export async function ready(cloud: Cloud, id: string) {
  await until(
    `the guest of ${id} is ready`,
    240,
    async () => (await cloud.call("POST", `/compute/v2.1/servers/${id}/action`, { "os-getConsoleOutput": {} })).text,
    (it) => it.includes("CLOUDINIT-DONE"),
  );
}

export async function makeVolume(cloud: Cloud, name: string, more: object = {}): Promise<string> {
  const { id } = (await cloud.must("POST", "/volume/v3/volumes", { volume: { size: 1, name, ...more } })).volume;
  await volumeIs(cloud, id, "available");
  return id;
}

export async function attach(cloud: Cloud, serverId: string, volumeId: string) {
  const asked = { volumeAttachment: { volumeId } };
  await cloud.must("POST", `/compute/v2.1/servers/${serverId}/os-volume_attachments`, asked);
  await volumeIs(cloud, volumeId, "in-use");
}

/** Gives the server an address that this host can reach. */
export async function addAddress(cloud: Cloud, { outside }: Ground, serverId: string): Promise<string> {
  const { ports } = await cloud.must("GET", `/network/v2.0/ports?device_id=${serverId}`);
  const asked = { floatingip: { floating_network_id: outside, port_id: ports[0].id } };
  return (await cloud.must("POST", "/network/v2.0/floatingips", asked)).floatingip.floating_ip_address;
}

const quiet = ["StrictHostKeyChecking=no", "UserKnownHostsFile=/dev/null", "LogLevel=ERROR", "ConnectTimeout=5"];

/** Runs a command in the guest. */
export function inGuest({ key }: Ground, address: string, command: string, seconds = 90) {
  const options = quiet.flatMap((it) => ["-o", it]);
  return run("ssh", ["-i", key, ...options, `cirros@${address}`, command], { mayFail: true, seconds });
}

export async function answers(ground: Ground, address: string, seconds = 90) {
  await until(
    `${address} answers ssh`,
    seconds,
    () => inGuest(ground, address, "true", 20),
    (it) => it.code === 0,
  );
}

/** Where the guest sees the volume. */
export async function deviceOf(ground: Ground, address: string, volumeId: string): Promise<string> {
  const serial = volumeId.slice(0, 20);
  const look = `for d in /sys/block/vd*; do [ "$(cat $d/serial 2>/dev/null)" = ${serial} ] && echo /dev/\${d##*/}; done`;
  const found = await until(
    "the guest sees the volume",
    60,
    () => inGuest(ground, address, look),
    (it) => it.out.trim() !== "",
  );
  return found.out.trim();
}

/** Deletes what the demo project has made, as it would, and waits until nothing is left. */
export async function clearAll(cloud: Cloud, { but = [] }: { but?: readonly string[] } = {}) {
  const { must, call } = cloud;
  const list = async (path: string, key: string) =>
    ((await must("GET", path))[key] as { id: string; name: string; attachments?: object[] }[]).filter(
      ({ name, attachments = [] }) => !but.includes(name) && (but.length === 0 || attachments.length === 0),
    );
  const drop = async (path: string, key: string) => {
    for (const { id } of await list(path, key)) await call("DELETE", `${path}/${id}`);
    await cloud.calm(150);
  };
  await drop("/compute/v2.1/servers", "servers");
  if (but.length === 0) await drop("/network/v2.0/floatingips", "floatingips");
  await drop("/volume/v3/snapshots", "snapshots");
  for (const { id } of await list("/volume/v3/volumes/detail", "volumes"))
    await call("POST", `/volume/v3/volumes/${id}/action`, { "os-force_delete": {} }, "admin");
  await cloud.calm(90);
  const left = [
    ...(await list("/compute/v2.1/servers", "servers")),
    ...(await list("/volume/v3/volumes/detail", "volumes")),
  ];
  if (left.length > 0) throw new Error(`not deleted: ${JSON.stringify(left).slice(0, 300)}`);
  await cloud.clean();
}
