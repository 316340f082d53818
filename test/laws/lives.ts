import assert from "node:assert/strict";
import { hash } from "node:crypto";
import type { TestCloud } from "#test/cloud.ts";
import {
  bootImage,
  bootServer,
  furnishNetwork,
  makeArtifact,
  makeVolume,
  must,
  queuedImage,
  stagedImage,
} from "./furniture.ts";

type Ids = Record<string, string>;
/** A short life through some sagas: what is there before, and what is asked then, one after the other. */
export interface ShortLife {
  readonly name: string;
  /** Who asks; absent: demo. */
  readonly as?: string;
  before(cloud: TestCloud): Promise<Ids>;
  /** Each is asked when the one before has come to rest; after a failure it may be refused, but never with 500. */
  readonly asks: readonly ((ids: Ids) => readonly [method: string, path: string, body?: unknown])[];
}

async function ground(cloud: TestCloud): Promise<Ids> {
  const flavor = (
    await must(cloud, "POST", "/compute/v2.1/flavors", { flavor: { name: "f", vcpus: 1, ram: 256, disk: 1 } }, "admin")
  ).flavor.id;
  const image = await bootImage(cloud);
  return { flavor, image, ...(await furnishNetwork(cloud)) };
}

async function withServer(cloud: TestCloud): Promise<Ids> {
  const ids = await ground(cloud);
  return { ...ids, server: await bootServer(cloud, ids as { flavor: string; image: string; network: string }) };
}

const layer = {
  bytes: Buffer.from("a layer"),
  digest: `sha256:${hash("sha256", "a layer")}`,
};

/** So many bytes of the simulated web. */
const web = (length: number) => `http://web.example/${length}`;
const action = (body: object) => (ids: Ids) => ["POST", `/compute/v2.1/servers/${ids.server}/action`, body] as const;

export const shortLives: readonly ShortLife[] = [
  {
    name: "a server comes",
    before: ground,
    asks: [
      ({ flavor, image, network }) => [
        "POST",
        "/compute/v2.1/servers",
        { server: { name: "s", flavorRef: flavor, imageRef: image, networks: [{ uuid: network }] } },
      ],
    ],
  },
  {
    name: "a server comes with a volume of its own",
    before: ground,
    asks: [
      ({ flavor, image, network }) => [
        "POST",
        "/compute/v2.1/servers",
        {
          server: {
            name: "s",
            flavorRef: flavor,
            networks: [{ uuid: network }],
            block_device_mapping_v2: [
              {
                boot_index: 0,
                uuid: image,
                source_type: "image",
                destination_type: "volume",
                volume_size: 1,
                delete_on_termination: true,
              },
            ],
          },
        },
      ],
    ],
  },
  {
    name: "a server stops, starts and reboots",
    before: withServer,
    asks: [
      action({ "os-stop": null }),
      action({ "os-start": null }),
      action({ reboot: { type: "SOFT" } }),
      action({ reboot: { type: "HARD" } }),
    ],
  },
  { name: "a server goes", before: withServer, asks: [({ server }) => ["DELETE", `/compute/v2.1/servers/${server}`]] },
  {
    name: "an artifact goes with its bytes",
    before: async (cloud) => ({ artifact: await makeArtifact(cloud) }),
    asks: [({ artifact }) => ["DELETE", `/artifact/artifacts/packages/${artifact}`]],
  },
  {
    name: "staged bytes are imported",
    before: async (cloud) => ({ image: await stagedImage(cloud) }),
    asks: [
      ({ image }) => ["POST", `/image/v2/images/${image}/import`, { method: { name: "glance-direct" } }],
      ({ image }) => ["DELETE", `/image/v2/images/${image}`],
    ],
  },
  {
    name: "bytes are downloaded, and the place of others is told",
    before: async (cloud) => ({
      image: await queuedImage(cloud),
      other: await queuedImage(cloud),
      third: await queuedImage(cloud),
    }),
    asks: [
      ({ image }) => ["POST", `/image/v2/images/${image}/import`, { method: { name: "web-download", uri: web(7) } }],
      ({ other }) => ["POST", `/image/v2/images/${other}/locations`, { url: web(9) }],
      ({ third }) => [
        "PATCH",
        `/image/v2/images/${third}`,
        [{ op: "add", path: "/locations/-", value: { url: web(8), metadata: {} } }],
      ],
      ({ image }) => ["DELETE", `/image/v2/images/${image}`],
      ({ other }) => ["DELETE", `/image/v2/images/${other}`],
      ({ third }) => ["DELETE", `/image/v2/images/${third}`],
    ],
  },
  {
    name: "an image comes near at hand",
    as: "admin",
    before: async (cloud) => ({ image: await bootImage(cloud) }),
    asks: [({ image }) => ["PUT", `/image/v2/cache/${image}`], ({ image }) => ["DELETE", `/image/v2/images/${image}`]],
  },
  {
    name: "a volume is attached and detached",
    before: async (cloud) => ({ ...(await withServer(cloud)), volume: await makeVolume(cloud) }),
    asks: [
      ({ server, volume }) => [
        "POST",
        `/compute/v2.1/servers/${server}/os-volume_attachments`,
        { volumeAttachment: { volumeId: volume } },
      ],
      ({ server, volume }) => ["DELETE", `/compute/v2.1/servers/${server}/os-volume_attachments/${volume}`],
    ],
  },
  {
    name: "a port is attached and detached",
    before: async (cloud) => {
      const ids = await withServer(cloud);
      const { port } = await must(cloud, "POST", "/network/v2.0/ports", { port: { network_id: ids.network } });
      return { ...ids, port: port.id };
    },
    asks: [
      ({ server, port }) => [
        "POST",
        `/compute/v2.1/servers/${server}/os-interface`,
        { interfaceAttachment: { port_id: port } },
      ],
      ({ server, port }) => ["DELETE", `/compute/v2.1/servers/${server}/os-interface/${port}`],
    ],
  },
  {
    name: "a volume comes, grows, is kept and goes",
    before: async (cloud) => ({ volume: await makeVolume(cloud) }),
    asks: [
      () => ["POST", "/volume/v3/volumes", { volume: { size: 1, name: "two" } }],
      ({ volume }) => ["POST", `/volume/v3/volumes/${volume}/action`, { "os-extend": { new_size: 2 } }],
      ({ volume }) => ["POST", "/volume/v3/snapshots", { snapshot: { volume_id: volume } }],
    ],
  },
  {
    name: "a blob is pushed and deleted",
    before: async () => ({}),
    asks: [
      () => ["POST", `/v2/demo/app/blobs/uploads/?digest=${layer.digest}`, layer.bytes],
      () => ["DELETE", `/v2/demo/app/blobs/${layer.digest}`],
    ],
  },
  {
    name: "networks, ports, routers and floating IPs come",
    before: async (cloud) => {
      const ids = await ground(cloud);
      const { port } = await must(cloud, "POST", "/network/v2.0/ports", { port: { network_id: ids.network } });
      await cloud.settle();
      return { ...ids, port: port.id };
    },
    asks: [
      ({ network }) => ["PUT", `/network/v2.0/networks/${network}`, { network: { name: "renamed" } }],
      () => ["POST", "/network/v2.0/security-groups", { security_group: { name: "g" } }],
      ({ network }) => ["POST", "/network/v2.0/ports", { port: { network_id: network, name: "p" } }],
      ({ outside, port }) => [
        "POST",
        "/network/v2.0/floatingips",
        { floatingip: { floating_network_id: outside, port_id: port } },
      ],
      ({ router }) => ["PUT", `/network/v2.0/routers/${router}`, { router: { name: "renamed" } }],
    ],
  },
];

const typeOf = (method: string, path: string) =>
  method === "PATCH" && path.startsWith("/image/")
    ? { headers: { "content-type": "application/openstack-images-v2.1-json-patch" } }
    : {};

const version = (path: string) =>
  path.startsWith("/compute") ? "2.79" : path.startsWith("/volume") ? "3.59" : undefined;

/** Lives it to the end; returns the statuses that were answered. */
export async function live(cloud: TestCloud, life: ShortLife, ids: Ids): Promise<number[]> {
  const statuses: number[] = [];
  for (const ask of life.asks) {
    const [method, path, body] = ask(ids);
    const how = { as: life.as ?? "demo", version: version(path), ...typeOf(method, path) };
    const { status, text } = await cloud.call(method, path, { ...how, body });
    assert.ok(status < 500, `${method} ${path} was answered ${status}: ${text}`);
    statuses.push(status);
    await cloud.settle();
    for (const time of ["5s", "1m", "5m"]) await cloud.later(time);
  }
  return statuses;
}

/** Deletes whatever there is, as its users would. */
export async function clear(cloud: TestCloud): Promise<void> {
  const list = async (path: string, key: string) =>
    ((await cloud.call("GET", path)).body[key] ?? []) as { id: string }[];
  const drop = async (path: string) => {
    const { status, text } = await cloud.call("DELETE", path);
    assert.ok(status < 300 || status === 404, `DELETE ${path} was answered ${status}: ${text}`);
  };
  const rest = async () => {
    await cloud.settle();
    for (const time of ["1m", "10m"]) await cloud.later(time);
  };
  for (const { id } of await list("/compute/v2.1/servers?all_tenants=1", "servers"))
    await drop(`/compute/v2.1/servers/${id}`);
  await rest();
  for (const { id } of await list("/volume/v3/snapshots?all_tenants=1", "snapshots"))
    await drop(`/volume/v3/snapshots/${id}`);
  await rest();
  for (const { id } of await list("/volume/v3/volumes?all_tenants=1", "volumes"))
    await drop(`/volume/v3/volumes/${id}`);
  for (const { id } of await list("/network/v2.0/floatingips", "floatingips"))
    await drop(`/network/v2.0/floatingips/${id}`);
  for (const router of await list("/network/v2.0/routers", "routers")) await clearRouter(cloud, router.id, drop);
  const ports = (await list("/network/v2.0/ports", "ports")) as { id: string; device_owner: string }[];
  for (const { id, device_owner } of ports)
    if (!device_owner.startsWith("network:")) await drop(`/network/v2.0/ports/${id}`);
  for (const { id } of await list("/network/v2.0/networks", "networks")) await drop(`/network/v2.0/networks/${id}`);
  const groups = (await list("/network/v2.0/security-groups", "security_groups")) as { id: string; name: string }[];
  for (const { id, name } of groups) if (name !== "default") await drop(`/network/v2.0/security-groups/${id}`);
  for (const { id } of await list("/image/v2/images", "images")) await drop(`/image/v2/images/${id}`);
  const artifacts = (await list("/artifact/artifacts?limit=1000", "artifacts")) as { id: string; type_name: string }[];
  for (const { id, type_name } of artifacts) await drop(`/artifact/artifacts/${type_name}/${id}?force=true`);
  await rest();
}

async function clearRouter(cloud: TestCloud, id: string, drop: (path: string) => Promise<void>) {
  const { ports } = (
    await cloud.call("GET", `/network/v2.0/ports?device_id=${id}&device_owner=network:router_interface`)
  ).body;
  for (const port of ports as { id: string }[])
    await cloud.call("PUT", `/network/v2.0/routers/${id}/remove_router_interface`, { body: { port_id: port.id } });
  await drop(`/network/v2.0/routers/${id}`);
}
