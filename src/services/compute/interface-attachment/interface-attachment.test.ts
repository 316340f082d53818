import assert from "node:assert/strict";
import { test } from "node:test";
import { Refused, Unavailable } from "#platform/service/driver.ts";
import { type Booted, booted } from "#test/booted.ts";
import { furnishNetwork, must } from "#test/laws/furniture.ts";

const all = "/os-interface";

test("a nic comes to a guest and goes from it, with the port that was made for it", async (t) => {
  const { on, cloud, server, remove } = await booted(t);
  const { network } = await furnishNetwork(cloud);
  const made = await on("POST", all, {
    version: "2.70",
    body: { interfaceAttachment: { net_id: network, tag: "lan" } },
  });
  assert.equal(made.status, 200);
  const { port_id: port, ...shown } = made.body.interfaceAttachment;
  assert.equal(shown.net_id, network);
  assert.equal(shown.tag, "lan");
  assert.match(shown.fixed_ips[0].ip_address, /^10\.1\.0\./);
  await cloud.settle();
  assert.equal((await on("GET", `${all}/${port}`)).body.interfaceAttachment.port_state, "ACTIVE");
  assert.deepEqual(nicsOf(cloud, server), [port]);
  assert.equal((await on("DELETE", `${all}/${port}`)).status, 202);
  await cloud.settle();
  assert.deepEqual((await on("GET", all)).body, { interfaceAttachments: [] });
  assert.deepEqual(nicsOf(cloud, server), []);
  assert.equal((await cloud.call("GET", `/network/v2.0/ports/${port}`, { as: "demo" })).status, 404);
  await remove();
});

test("a nic leaves the guest when its port is deleted through the Network API", async (t) => {
  const { on, cloud, server } = await booted(t);
  const { network } = await furnishNetwork(cloud);
  await on("POST", all, { body: { interfaceAttachment: { net_id: network } } });
  await cloud.settle();
  const [port] = nicsOf(cloud, server);
  assert.ok(port);
  assert.equal((await cloud.call("DELETE", `/network/v2.0/ports/${port}`, { as: "demo" })).status, 204);
  await cloud.settle();
  assert.deepEqual(nicsOf(cloud, server), []);
});

test("a port that somebody made is taken, and stays when it is given back", async (t) => {
  const { on, cloud } = await booted(t);
  const { network } = await furnishNetwork(cloud);
  const { port } = await must(cloud, "POST", "/network/v2.0/ports", { port: { network_id: network } });
  await on("POST", all, { body: { interfaceAttachment: { port_id: port.id } } });
  await cloud.settle();
  assert.equal((await on("GET", all)).body.interfaceAttachments[0].port_id, port.id);
  await on("DELETE", `${all}/${port.id}`);
  await cloud.settle();
  assert.equal((await must(cloud, "GET", `/network/v2.0/ports/${port.id}`)).port.device_id, "");
});

test("requests that contradict themselves, and ports of others, are refused", async (t) => {
  const { on } = await booted(t);
  const attach = async (interfaceAttachment: object) =>
    (await on("POST", all, { body: { interfaceAttachment } })).body.badRequest?.message;
  const id = crypto.randomUUID();
  assert.equal(await attach({ net_id: id, port_id: id }), "Must not input both network_id and port_id");
  const fixed_ips = [{ ip_address: "10.1.0.9" }];
  assert.equal(await attach({ fixed_ips }), "Must input network_id when request IP address");
  assert.equal((await on("GET", `${all}/${id}`)).status, 404);
  assert.equal((await on("DELETE", `${all}/${id}`)).status, 404);
});

test("a nic that the guest cannot have leaves no port behind", async (t) => {
  const { on, cloud } = await booted(t);
  const { network } = await furnishNetwork(cloud);
  cloud.drivers.compute.faults.throw("attachNic", new Refused("no slot is left on its bus"));
  await on("POST", all, { body: { interfaceAttachment: { net_id: network } } });
  await cloud.settle();
  assert.deepEqual((await on("GET", all)).body, { interfaceAttachments: [] });
  assert.equal((await on("GET", "/os-instance-actions")).body.instanceActions[0].message, "Error");
});

test("a guest that does not let go keeps its nic", async (t) => {
  const { on, cloud, server } = await booted(t);
  const { network } = await furnishNetwork(cloud);
  const made = await on("POST", all, { body: { interfaceAttachment: { net_id: network } } });
  await cloud.settle();
  const { port_id: port } = made.body.interfaceAttachment;
  cloud.drivers.compute.faults.throw("detachNic", new Unavailable("the guest has not let go of it"), 1000);
  await on("DELETE", `${all}/${port}`);
  for (let at = 0; at < 8; at++) await cloud.later("1m");
  assert.deepEqual(nicsOf(cloud, server), [port]);
  assert.equal((await on("GET", `${all}/${port}`)).status, 200);
});

function nicsOf(cloud: Booted["cloud"], server: string): string[] {
  const { guest } = cloud.drivers.compute.guests.get(server);
  return guest.nics.map((it: { portId: string }) => it.portId);
}
