import assert from "node:assert/strict";
import { after, before, describe, test } from "node:test";
import { Refused } from "#platform/service/driver.ts";
import type { WantedPorts } from "../index.ts";
import { type Net, netCloud, withOutside, withSubnet } from "../net.testkit.ts";
import { networkOffer as offer } from "../offer.ts";

describe("what network offers to servers", () => {
  let net: Net;
  before(async () => {
    net = await netCloud();
  });
  after(() => net.cloud.stop());

  let count = 0;
  const newServer = () => `5e3f0000-0000-4000-8000-${String(++count).padStart(12, "0")}`;
  const take = (serverId: string, networks: WantedPorts["networks"], more: Partial<WantedPorts> = {}) => {
    const actor = net.cloud.actors.demo;
    const want = { serverId, serverName: "Web_1", actor, networks, securityGroups: [], ...more };
    return net.write((tx) => offer.takePorts(tx, want));
  };
  const bind = (serverId: string, host = "h1") => net.write((tx) => offer.bindPorts(tx, serverId, host));
  const wired = (serverId: string) => net.write((tx) => offer.areWired(tx, serverId));
  const nics = (serverId: string) => net.write((tx) => offer.nics(tx, serverId));
  const release = (serverId: string) => net.write((tx) => offer.releasePorts(tx, serverId));
  const unplugged = (serverId: string) => net.write((tx) => offer.areUnplugged(tx, serverId));

  test("ports are made, wired on a host, and go with the server", async () => {
    const { networkId } = await withSubnet(net);
    const id = newServer();
    const [portId] = await take(id, [{ networkId, tag: "front" }]);
    assert.equal(await wired(id), false);
    await bind(id);
    await net.cloud.settle();
    assert.equal(await wired(id), true);
    const [nic] = await nics(id);
    assert.deepEqual(
      [nic?.portId, nic?.device, nic?.status, nic?.networkName, nic?.mtu, nic?.tag],
      [portId, `tap${portId!.slice(0, 11)}`, "ACTIVE", "blue", 1442, "front"],
    );
    assert.deepEqual(
      [nic?.ips[0]?.ip, nic?.ips[0]?.gatewayIp, nic?.ips[0]?.cidr],
      ["10.0.0.3", "10.0.0.1", "10.0.0.0/24"],
    );
    assert.equal(net.driver.ports.get(portId!)?.hostname, "web-1");
    assert.equal(await net.write((tx) => offer.serverAt(tx, networkId, "10.0.0.3")), id);
    await release(id);
    assert.equal(await unplugged(id), false);
    await net.cloud.settle();
    assert.equal(await unplugged(id), true);
    assert.deepEqual([net.driver.plugged.size, net.driver.ports.has(portId!)], [0, false]);
    assert.deepEqual(await net.cloud.leftovers(), []);
  });

  test("a port of the user's own is taken, freed again, and taken by one server only", async () => {
    const { networkId } = await withSubnet(net, "10.1.0.0/24");
    const port = await net.must("POST", "/ports", { port: { network_id: networkId, name: "mine" } });
    const id = newServer();
    assert.deepEqual(await take(id, [{ portId: port.id }]), [port.id]);
    await assert.rejects(take(newServer(), [{ portId: port.id }]), {
      status: 409,
      message: `Port ${port.id} is still in use.`,
    });
    await bind(id);
    await net.cloud.settle();
    assert.equal((await net.must("GET", `/ports/${port.id}`)).status, "ACTIVE");
    await release(id);
    await net.cloud.settle();
    const freed = await net.must("GET", `/ports/${port.id}`);
    assert.deepEqual([freed.device_id, freed.device_owner, freed.status], ["", "", "DOWN"]);
    assert.equal(await unplugged(id), true);
    await take(newServer(), [{ portId: port.id }]);
  });

  test("an unbound port leaves its host and can be bound to another", async () => {
    const { networkId } = await withSubnet(net, "10.2.0.0/24");
    const id = newServer();
    const [portId] = await take(id, [{ networkId }]);
    await bind(id, "h1");
    await net.cloud.settle();
    await net.write((tx) => offer.unbindPorts(tx, id));
    assert.equal(await unplugged(id), false);
    await net.cloud.settle();
    assert.deepEqual([await unplugged(id), net.driver.plugged.has(portId!), await wired(id)], [true, false, false]);
    await bind(id, "h2");
    await net.cloud.settle();
    assert.deepEqual([await wired(id), net.driver.plugged.get(portId!)?.host], [true, "h2"]);
  });

  test("refusals are said in compute's words, and nothing is left of them", async () => {
    const { networkId } = await withSubnet(net, "10.3.0.0/24");
    const { outsideId } = await withOutside(net);
    const { id: bare } = await net.must("POST", "/networks", { network: {} });
    const id = newServer();
    const refused = (
      status: number,
      message: string | RegExp,
      networks: WantedPorts["networks"],
      groups: string[] = [],
    ) => assert.rejects(take(id, networks, { securityGroups: groups }), { status, message });
    await refused(400, "Network nowhere could not be found.", [{ networkId: "nowhere" }]);
    await refused(400, "Port id none could not be found.", [{ portId: "none" }]);
    await refused(403, `It is not allowed to create an interface on external network ${outsideId}`, [
      { networkId: outsideId },
    ]);
    await refused(400, `Network ${bare} requires a subnet in order to boot instances on.`, [{ networkId: bare }]);
    await refused(400, "Fixed IP 10.3.0.1 is already in use.", [
      { networkId, fixedIp: "10.3.0.1" },
      { networkId, fixedIp: "10.3.0.1" },
    ]);
    await refused(400, /^Security group web not found for project/, [{ networkId }], ["web"]);
    await refused(409, "Multiple possible networks found, use a Network ID to be more specific.", "auto");
    assert.deepEqual(await take(id, "none"), []);
    assert.deepEqual(await nics(id), []);
    const actor = net.cloud.actors.stranger;
    await assert.rejects(take(id, "auto", { actor }), {
      status: 400,
      message: /^Unable to automatically allocate a network/,
    });
  });

  test("wiring is tried again until the data plane takes it", async () => {
    const { networkId } = await withSubnet(net, "10.4.0.0/24");
    const id = newServer();
    await take(id, [{ networkId }]);
    for (const call of ["putPort", "plug", "isUp"]) net.driver.faults.set(call, { how: "throw", times: 3 });
    await bind(id);
    for (let i = 0; i < 12 && !(await wired(id)); i += 1) await net.cloud.later("30s");
    assert.equal(await wired(id), true);
  });

  test("a port that is refused says why, and can be released", async () => {
    const { networkId } = await withSubnet(net, "10.5.0.0/24");
    const id = newServer();
    const [portId] = await take(id, [{ networkId }]);
    await net.cloud.settle();
    net.driver.faults.set("plug", { how: "throw", times: 1, error: new Refused("no room for a tap") });
    await bind(id);
    await net.cloud.settle();
    await assert.rejects(wired(id), { message: `Port ${portId} cannot be wired: no room for a tap` });
    assert.equal((await net.must("GET", `/ports/${portId}`)).status, "ERROR");
    net.driver.faults.set("unplug", { how: "throw", times: 1, error: new Refused("not today") });
    await release(id);
    await net.cloud.settle();
    assert.equal(await unplugged(id), false);
    await net.cloud.later("2m");
    assert.equal(await unplugged(id), true);
    assert.deepEqual(await net.cloud.leftovers(), []);
  });

  test("groups are added to and taken from a server's ports", async () => {
    const { networkId } = await withSubnet(net, "10.6.0.0/24");
    const web = await net.must("POST", "/security-groups", { security_group: { name: "web" } });
    const id = newServer();
    const actor = net.cloud.actors.demo;
    const [portId] = await take(id, [{ networkId }]);
    const change = (how: "add" | "remove", name: string) =>
      net.write((tx) => offer.changeSecurityGroup(tx, actor, id, how, name));
    const names = async () => (await net.write((tx) => offer.securityGroupsOf(tx, [id]))).get(id)?.map((g) => g.name);
    await change("add", "web");
    assert.deepEqual(await names(), ["default", "web"]);
    await change("remove", "default");
    await net.cloud.settle();
    assert.deepEqual(net.driver.ports.get(portId!)?.securityGroups, [web.id]);
    await assert.rejects(change("remove", "default"), { status: 404 });
    await assert.rejects(change("add", "nothing"), { status: 404 });
  });

  test("a floating address that leads to a server is told as an address, without a prefix", async () => {
    const [{ networkId, subnetId }, { outsideId }] = [await withSubnet(net, "10.8.0.0/24"), await withOutside(net)];
    const router = await net.must("POST", "/routers", { router: { external_gateway_info: { network_id: outsideId } } });
    await net.must("PUT", `/routers/${router.id}/add_router_interface`, { subnet_id: subnetId });
    const id = newServer();
    const [portId] = await take(id, [{ networkId }]);
    const floatingip = { floating_network_id: outsideId, port_id: portId };
    const made = await net.must("POST", "/floatingips", { floatingip });
    assert.deepEqual((await nics(id))[0]?.ips[0]?.floatingIps, [made.floating_ip_address]);
  });

  test("what the data plane loses is put again, and what nobody wants is dropped", async () => {
    const { networkId } = await withSubnet(net, "10.7.0.0/24");
    const id = newServer();
    const [portId] = await take(id, [{ networkId }]);
    await bind(id);
    await net.cloud.settle();
    for (const map of [net.driver.networks, net.driver.ports, net.driver.plugged, net.driver.securityGroups])
      map.clear();
    const stray = "0badf00d-0000-4000-8000-000000000001";
    await net.driver.putSecurityGroup({ id: stray, name: "stray", stateful: true, rules: [] });
    assert.equal((await net.cloud.leftovers()).length, 1);
    assert.ok((await net.cloud.runLoop("network.drift")).changed > 3);
    await net.cloud.later("1m");
    assert.ok(net.driver.networks.has(networkId) && net.driver.plugged.has(portId!));
    assert.equal(net.driver.securityGroups.has(stray), false);
    assert.deepEqual(await net.cloud.runLoop("network.drift"), { changed: 0 });
  });
});
