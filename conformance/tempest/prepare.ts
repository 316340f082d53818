import { randomBytes } from "node:crypto";
import type { Api } from "./api.ts";

/** What tests of servers and images build on. */
export interface Ground {
  readonly images: readonly [string, string];
  readonly flavors: readonly [string, string];
  readonly externalNetwork: { readonly id: string; readonly name: string };
  readonly fixedNetwork: string;
  /** Takes away what was made for this run. */
  undo(): Promise<void>;
}

const MIB = 1024 * 1024;

/** Two small images, two small flavors and a shared network beside what the cloud has. */
export async function prepare(api: Api): Promise<Ground> {
  const name = `tempest-${randomBytes(4).toString("hex")}`;
  const undo: (() => Promise<unknown>)[] = [];
  const [image, other] = [await makeImage(api, name, undo), await makeImage(api, `${name}-alt`, undo)];
  const flavor = await makeFlavor(api, name, { ram: 128, vcpus: 1, disk: 1 }, undo);
  const bigger = await makeFlavor(api, `${name}-alt`, { ram: 192, vcpus: 1, disk: 1 }, undo);
  await makeNetwork(api, name, undo);
  const { networks } = await api.must("network", "GET", "/v2.0/networks?router:external=true");
  return {
    images: [image, other],
    flavors: [flavor, bigger],
    externalNetwork: { id: networks[0]?.id ?? "", name: networks[0]?.name ?? "" },
    fixedNetwork: name,
    async undo() {
      for (const one of undo.reverse()) await one();
    },
  };
}

type Undo = (() => Promise<unknown>)[];

async function makeImage(api: Api, name: string, undo: Undo): Promise<string> {
  const asked = { name, disk_format: "raw", container_format: "bare", visibility: "public" };
  const { id } = await api.must("image", "POST", "/v2/images", asked);
  undo.push(() => api.call("image", "DELETE", `/v2/images/${id}`));
  await api.must("image", "PUT", `/v2/images/${id}/file`, randomBytes(MIB));
  return id;
}

async function makeFlavor(api: Api, name: string, size: object, undo: Undo): Promise<string> {
  const { flavor } = await api.must("compute", "POST", "/flavors", { flavor: { name, ...size } });
  undo.push(() => api.call("compute", "DELETE", `/flavors/${flavor.id}`));
  return flavor.id;
}

async function makeNetwork(api: Api, name: string, undo: Undo): Promise<void> {
  const { network } = await api.must("network", "POST", "/v2.0/networks", { network: { name, shared: true } });
  undo.push(() => api.call("network", "DELETE", `/v2.0/networks/${network.id}`));
  const subnet = { network_id: network.id, name, ip_version: 4, cidr: "10.99.0.0/16" };
  await api.must("network", "POST", "/v2.0/subnets", { subnet });
}
