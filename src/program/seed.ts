import { createReadStream } from "node:fs";
import type { Readable } from "node:stream";
import type { FastifyInstance } from "fastify";

export interface Seed {
  readonly door: FastifyInstance;
  /** An administrator's. */
  readonly token: string;
  /** This host's address on the external network: "172.24.4.1/24". */
  readonly external: string;
  /** A bootable image: built when it is asked for, which is only when it is not there yet. */
  image(): Promise<{ path: string; format: string }>;
}
export type Ask = <T>(method: "GET" | "POST" | "PUT", path: string, body?: object | Readable) => Promise<T>;

const flavors = [
  ["m1.tiny", 1, 512, 1],
  ["m1.small", 1, 2048, 20],
  ["m1.medium", 2, 4096, 40],
  ["m1.large", 4, 8192, 80],
] as const;

/** What a first start puts into an empty cloud, through its own front door as any administrator would; what is there stays. */
export async function seed(parts: Seed): Promise<void> {
  const ask = asAdmin(parts);
  await seedFlavors(ask);
  await seedNetworks(ask, parts);
  await seedImage(ask, parts);
}

export function asAdmin({ door, token }: Pick<Seed, "door" | "token">): Ask {
  return async <T>(method: "GET" | "POST" | "PUT", url: string, body?: object | Readable) => {
    const bytes = body && "pipe" in body;
    const type = bytes ? "application/octet-stream" : "application/json";
    const headers = { "x-auth-token": token, ...(body && { "content-type": type }) };
    const answer = await door.inject({
      method,
      url,
      headers,
      payload: bytes ? (body as Readable) : body && JSON.stringify(body),
    });
    if (answer.statusCode >= 300) throw new Error(`${method} ${url} was answered ${answer.statusCode}: ${answer.body}`);
    return (answer.body ? answer.json() : {}) as T;
  };
}

async function seedFlavors(ask: Ask): Promise<void> {
  const { flavors: known } = (await ask("GET", "/compute/v2.1/flavors?is_public=none")) as {
    flavors: { name: string }[];
  };
  for (const [i, [name, vcpus, ram, disk]] of flavors.entries()) {
    if (known.some((f) => f.name === name)) continue;
    await ask("POST", "/compute/v2.1/flavors", { flavor: { id: String(i + 1), name, vcpus, ram, disk } });
  }
}

async function seedNetworks(ask: Ask, { external }: Seed): Promise<void> {
  const { projects } = await ask<{ projects: { id: string }[] }>("GET", "/identity/v3/projects?name=demo");
  const demo = projects[0]?.id;
  const publicId = await ensure(ask, "network", "public", {
    "router:external": true,
    "provider:network_type": "flat",
    "provider:physical_network": "public",
  });
  await ensure(ask, "subnet", "public-subnet", {
    network_id: publicId,
    ip_version: 4,
    enable_dhcp: false,
    ...outside(external),
  });
  const privateId = await ensure(ask, "network", "private", { project_id: demo });
  const inside = { network_id: privateId, project_id: demo, ip_version: 4, cidr: "10.0.0.0/24" };
  const subnet = await ensure(ask, "subnet", "private-subnet", inside);
  const router = await ensure(ask, "router", "router", {
    project_id: demo,
    external_gateway_info: { network_id: publicId },
  });
  const { ports } = (await ask("GET", `/network/v2.0/ports?device_id=${router}&network_id=${privateId}`)) as {
    ports: object[];
  };
  if (ports.length === 0)
    await ask("PUT", `/network/v2.0/routers/${router}/add_router_interface`, { subnet_id: subnet });
}

async function ensure(ask: Ask, kind: "network" | "subnet" | "router", name: string, more: object): Promise<string> {
  const found = await ask<Record<string, { id: string }[]>>("GET", `/network/v2.0/${kind}s?name=${name}`);
  const known = found[`${kind}s`]?.[0];
  if (known) return known.id;
  const made = (await ask("POST", `/network/v2.0/${kind}s`, { [kind]: { name, ...more } })) as Record<
    string,
    { id: string }
  >;
  return made[kind]!.id;
}

/** The external subnet around this host's own address, which is its gateway. */
function outside(external: string) {
  const [address, prefix] = external.split("/") as [string, string];
  const number = address.split(".").reduce((sum, part) => sum * 256 + Number(part), 0);
  const size = 2 ** (32 - Number(prefix));
  const network = Math.floor(number / size) * size;
  const dotted = (n: number) => [24, 16, 8, 0].map((shift) => Math.floor(n / 2 ** shift) % 256).join(".");
  return { cidr: `${dotted(network)}/${prefix}`, gateway_ip: address };
}

async function seedImage(ask: Ask, parts: Seed): Promise<void> {
  const { images } = (await ask("GET", "/image/v2/images?name=mini")) as { images: { id: string; status: string }[] };
  if (images.some((i) => i.status === "active")) return;
  const { path, format } = await parts.image();
  const asked = {
    name: "mini",
    disk_format: format,
    container_format: "bare",
    visibility: "public",
    min_disk: 1,
    min_ram: 128,
  };
  const id = images[0]?.id ?? (await ask<{ id: string }>("POST", "/image/v2/images", asked)).id;
  await ask("PUT", `/image/v2/images/${id}/file`, createReadStream(path));
}
