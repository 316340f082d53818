import assert from "node:assert/strict";
import { type SimulatedNetwork, simulatedNetwork } from "#drivers/network/simulated/driver.ts";
import type { Tx } from "#platform/service/kit.ts";
import type { Loose } from "#platform/service/loose.ts";
import { type Answered, type TestCloud, testCloud } from "#test/cloud.ts";
import type { NetworkScope } from "./kit.ts";
import { network } from "./service.ts";

export interface Net {
  readonly cloud: TestCloud;
  readonly driver: SimulatedNetwork;
  /** A call to the Network API, as demo where nothing is said. */
  call(method: string, path: string, body?: object, as?: string): Promise<Answered>;
  /** As call, but it must succeed; gives what stands under the body's one key. */
  must(method: string, path: string, body?: object, as?: string): Promise<Loose>;
  /** Refused with a status and one of Neutron's types; gives the sentence. */
  refused(status: number, kind: string, method: string, path: string, body?: object, as?: string): Promise<string>;
  /** One transaction, as a neighbour opens it. */
  write<T>(work: (tx: Tx<NetworkScope>) => Promise<T>): Promise<T>;
}

/** A cloud of nothing but network, with a data plane that is made of maps. */
export async function netCloud(): Promise<Net> {
  const driver = simulatedNetwork();
  const cloud = await testCloud({ services: [network], drivers: { network: driver } });
  const call: Net["call"] = (method, path, body, as = "demo") =>
    cloud.call(method, `/network/v2.0${path}`, { as, ...(body && { body }) });
  return {
    cloud,
    driver,
    call,
    async must(method, path, body, as) {
      const { status, text, body: answer } = await call(method, path, body, as);
      assert.ok(status < 300, `${method} ${path}: ${status} ${text}`);
      return answer && Object.values(answer)[0];
    },
    async refused(status, kind, method, path, body, as) {
      const answer = await call(method, path, body, as);
      const { type, message } = answer.body.NeutronError ?? {};
      assert.deepEqual([answer.status, type], [status, kind], answer.text);
      return message;
    },
    write: (work) => cloud.world("network").write(work as never) as never,
  };
}

/** A network with one subnet. */
export async function withSubnet({ must }: Net, cidr = "10.0.0.0/24", more: object = {}) {
  const { id: networkId } = await must("POST", "/networks", { network: { name: "blue" } });
  const subnet = await must("POST", "/subnets", { subnet: { network_id: networkId, ip_version: 4, cidr, ...more } });
  return { networkId, subnetId: subnet.id as string, subnet };
}

/** A network of the administrator's that leads outside. */
export async function withOutside({ must }: Net) {
  const body = { network: { name: "outside", "router:external": true } };
  const { id: outsideId } = await must("POST", "/networks", body, "admin");
  const subnet = { network_id: outsideId, ip_version: 4, cidr: "203.0.113.0/24", enable_dhcp: false };
  const { id: outsideSubnetId } = await must("POST", "/subnets", { subnet }, "admin");
  return { outsideId, outsideSubnetId };
}
