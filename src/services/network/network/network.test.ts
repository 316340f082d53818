import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import { simulatedNetwork } from "#drivers/network/simulated/driver.ts";
import { type TestCloud, testCloud } from "#test/cloud.ts";
import { network } from "../service.ts";

let cloud: TestCloud;
before(async () => {
  cloud = await testCloud({ services: [network], drivers: { network: simulatedNetwork() } });
});
after(() => cloud.stop());

const create = (body: object, as = "demo") =>
  cloud.call("POST", "/network/v2.0/networks", { as, body: { network: body } });

test("a network is made, shown, renamed and deleted", async () => {
  const made = await create({ name: "blue" });
  assert.equal(made.status, 201, made.text);
  const { id, mtu, status } = made.body.network;
  assert.deepEqual([mtu, status], [1442, "ACTIVE"]);
  assert.equal("provider:network_type" in made.body.network, false);
  await cloud.settle();
  assert.equal(cloud.drivers.network.networks.get(id).name, "blue");
  const renamed = await cloud.call("PUT", `/network/v2.0/networks/${id}`, {
    as: "demo",
    body: { network: { name: "red" } },
  });
  assert.deepEqual([renamed.status, renamed.body.network.name, renamed.body.network.revision_number], [200, "red", 1]);
  const gone = await cloud.call("DELETE", `/network/v2.0/networks/${id}`, { as: "demo" });
  assert.equal(gone.status, 204, gone.text);
  await cloud.settle();
  assert.equal(cloud.drivers.network.networks.has(id), false);
  const missing = await cloud.call("GET", `/network/v2.0/networks/${id}`, { as: "demo" });
  assert.deepEqual(missing.body, {
    NeutronError: { type: "NetworkNotFound", message: `Network ${id} could not be found.`, detail: "" },
  });
});
