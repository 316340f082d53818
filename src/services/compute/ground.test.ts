import type { TestContext } from "node:test";
import { type SimulatedCompute, simulatedCompute } from "#drivers/compute/simulated/driver.ts";
import { type Answered, type Call, type TestOptions, testCloud } from "#test/cloud.ts";

/** A whole cloud with an image, a flavor and a network that "demo" may use. */
export async function ground(t: TestContext, { hosts = 2, ...options }: TestOptions = {}) {
  const driver: SimulatedCompute = simulatedCompute({ hosts });
  const cloud = await testCloud({ ...options, drivers: { compute: driver } });
  t.after(() => cloud.stop());
  const call = (method: string, path: string, more: Call = {}) =>
    cloud.call(method, `/compute/v2.1${path}`, { as: "demo", ...more });
  const imageId = await newImage(cloud);
  await call("POST", "/flavors", {
    as: "admin",
    body: { flavor: { id: "1", name: "tiny", vcpus: 1, ram: 64, disk: 1 } },
  });
  const networkId = await newNetwork(cloud);
  await cloud.settle();
  return {
    cloud,
    driver,
    call,
    imageId,
    networkId,
    /** Asks for a server, and lets the cloud come to rest. */
    async build(more: object = {}, how: Call = {}): Promise<string> {
      const server = { name: "one", imageRef: imageId, flavorRef: "1", networks: [{ uuid: networkId }], ...more };
      const made = await call("POST", "/servers", { version: "2.90", body: { server }, ...how });
      if (made.status !== 202) throw new Error(made.text);
      await cloud.settle();
      return made.body.server.id;
    },
    async show(id: string, how: Call = {}) {
      return (await call("GET", `/servers/${id}`, { version: "2.96", ...how })).body.server;
    },
    /** Asks for an action, and lets the cloud come to rest. */
    async act(id: string, body: object, how: Call = {}): Promise<Answered> {
      const answer = await call("POST", `/servers/${id}/action`, { body, ...how });
      await cloud.settle();
      return answer;
    },
    async remove(id: string) {
      await call("DELETE", `/servers/${id}`);
      await cloud.settle();
    },
  };
}

type Cloud = Awaited<ReturnType<typeof testCloud>>;

async function newImage(cloud: Cloud): Promise<string> {
  const body = { name: "small", disk_format: "raw", container_format: "bare", visibility: "public" };
  const { id } = (await cloud.call("POST", "/image/v2/images", { body })).body;
  const headers = { "content-type": "application/octet-stream" };
  await cloud.call("PUT", `/image/v2/images/${id}/file`, { body: Buffer.from("an image"), headers });
  return id;
}

async function newNetwork(cloud: Cloud): Promise<string> {
  const as = "demo";
  const made = await cloud.call("POST", "/network/v2.0/networks", { as, body: { network: { name: "net" } } });
  const { id } = made.body.network;
  const subnet = { network_id: id, ip_version: 4, cidr: "10.1.0.0/24" };
  await cloud.call("POST", "/network/v2.0/subnets", { as, body: { subnet } });
  return id;
}
