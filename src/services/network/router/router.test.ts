import assert from "node:assert/strict";
import { after, before, describe, test } from "node:test";
import { type Net, netCloud, withOutside, withSubnet } from "../net.testkit.ts";

describe("routers and floating addresses", () => {
  let net: Net;
  let outside: { outsideId: string; outsideSubnetId: string };
  before(async () => {
    net = await netCloud();
    outside = await withOutside(net);
  });
  after(() => net.cloud.stop());

  const makeRouter = (router: object = {}) => net.must("POST", "/routers", { router: { name: "r", ...router } });
  const routed = async (cidr: string) => {
    const inside = await withSubnet(net, cidr);
    const router = await makeRouter({ external_gateway_info: { network_id: outside.outsideId } });
    await net.call("PUT", `/routers/${router.id}/add_router_interface`, { subnet_id: inside.subnetId });
    const port = await net.must("POST", "/ports", { port: { network_id: inside.networkId } });
    return { ...inside, router, port };
  };

  test("a router leads from a subnet outside", async () => {
    const { router, subnetId, networkId } = await routed("10.0.1.0/24");
    const info = router.external_gateway_info;
    assert.deepEqual([info.network_id, info.enable_snat, info.external_fixed_ips.length], [outside.outsideId, true, 1]);
    await net.cloud.settle();
    const spec = net.driver.routers.get(router.id);
    assert.deepEqual(
      spec?.interfaces.map((leg) => [leg.networkId, leg.cidrs]),
      [[networkId, ["10.0.1.1/24"]]],
    );
    assert.deepEqual([spec?.gateway?.nexthops, spec?.gateway?.snat], [["203.0.113.1"], true]);
    await net.refused(409, "RouterInUse", "DELETE", `/routers/${router.id}`);
    const [leg] = await net.must("GET", `/ports?device_id=${router.id}&device_owner=network:router_interface`);
    assert.equal(leg.status, "ACTIVE");
    const why = await net.refused(409, "ServicePortInUse", "DELETE", `/ports/${leg.id}`);
    assert.match(why, /has device owner network:router_interface/);
    const twice = await net.refused(400, "BadRequest", "PUT", `/routers/${router.id}/add_router_interface`, {
      subnet_id: subnetId,
    });
    assert.equal(twice, `Bad router request: Router already has a port on subnet ${subnetId}.`);
    const removed = await net.call("PUT", `/routers/${router.id}/remove_router_interface`, { subnet_id: subnetId });
    assert.deepEqual([removed.status, removed.body.port_id, removed.body.subnet_ids], [200, leg.id, [subnetId]]);
    await net.refused(404, "RouterInterfaceNotFoundForSubnet", "PUT", `/routers/${router.id}/remove_router_interface`, {
      subnet_id: subnetId,
    });
    await net.must("DELETE", `/routers/${router.id}`);
    await net.cloud.settle();
    assert.equal(net.driver.routers.has(router.id), false);
  });

  test("a router takes a port as a leg, static routes, and loses its gateway", async () => {
    const { networkId, subnetId } = await withSubnet(net, "10.0.2.0/24");
    const router = await makeRouter();
    const at = { network_id: networkId, fixed_ips: [{ subnet_id: subnetId, ip_address: "10.0.2.9" }] };
    const port = await net.must("POST", "/ports", { port: at });
    const added = await net.call("PUT", `/routers/${router.id}/add_router_interface`, { port_id: port.id });
    assert.deepEqual([added.status, added.body.port_id, added.body.subnet_id], [200, port.id, subnetId]);
    const route = { destination: "10.99.0.0/16", nexthop: "10.0.2.50" };
    const changed = await net.must("PUT", `/routers/${router.id}`, { router: { routes: [route] } });
    assert.deepEqual(changed.routes, [route]);
    await net.refused(409, "RouterInterfaceInUseByRoute", "PUT", `/routers/${router.id}/remove_router_interface`, {
      port_id: port.id,
    });
    const far = { router: { routes: [{ destination: "10.99.0.0/16", nexthop: "192.0.2.1" }] } };
    await net.refused(400, "InvalidRoutes", "PUT", `/routers/${router.id}`, far);
    const other = { destination: "10.98.0.0/16", nexthop: "10.0.2.51" };
    await net.must("PUT", `/routers/${router.id}/add_extraroutes`, { router: { routes: [other] } });
    const less = await net.must("PUT", `/routers/${router.id}/remove_extraroutes`, { router: { routes: [route] } });
    assert.deepEqual(less.routes, [other]);
    const info = { external_gateway_info: { network_id: outside.outsideId } };
    assert.ok((await net.must("PUT", `/routers/${router.id}`, { router: info })).external_gateway_info);
    const none = await net.must("PUT", `/routers/${router.id}`, { router: { external_gateway_info: {} } });
    assert.equal(none.external_gateway_info, null);
    await net.cloud.settle();
    assert.deepEqual([net.driver.routers.get(router.id)?.gateway, net.driver.ports.has(port.id)], [null, false]);
  });

  test("what a router cannot do is refused in Neutron's words", async () => {
    const { networkId, subnetId } = await withSubnet(net, "10.0.3.0/24", { gateway_ip: null });
    const router = await makeRouter();
    const add = (body: object) =>
      net.refused(400, "BadRequest", "PUT", `/routers/${router.id}/add_router_interface`, body);
    assert.equal(
      await add({ subnet_id: subnetId }),
      "Bad router request: Subnet for router interface must have a gateway IP.",
    );
    assert.equal(await add({}), "Bad router request: Either subnet_id or port_id must be specified.");
    const inside = { router: { external_gateway_info: { network_id: networkId } } };
    const why = await net.refused(400, "BadRequest", "PUT", `/routers/${router.id}`, inside);
    assert.equal(why, `Bad router request: Network ${networkId} is not an external network.`);
    const snat = { router: { external_gateway_info: { network_id: outside.outsideId, enable_snat: false } } };
    await net.refused(403, "PolicyNotAuthorized", "PUT", `/routers/${router.id}`, snat);
    await net.refused(404, "RouterNotFound", "GET", `/routers/${router.id}`, undefined, "stranger");
  });

  test("a floating address comes, leads to a port, elsewhere, nowhere, and goes", async () => {
    const { port, router, subnetId } = await routed("10.0.4.0/24");
    const body = { floatingip: { floating_network_id: outside.outsideId, port_id: port.id } };
    const made = await net.must("POST", "/floatingips", body);
    assert.deepEqual(
      [made.status, made.fixed_ip_address, made.router_id],
      ["DOWN", port.fixed_ips[0].ip_address, router.id],
    );
    assert.equal(made.port_details.mac_address, port.mac_address);
    await net.cloud.settle();
    assert.equal((await net.must("GET", `/floatingips/${made.id}`)).status, "ACTIVE");
    assert.equal(net.driver.floatingIps.get(made.id)?.floatingIp, made.floating_ip_address);
    const why = await net.refused(409, "FloatingIPPortAlreadyAssociated", "POST", "/floatingips", body);
    assert.match(why, /^Cannot associate floating IP 203\.0\.113\.\d+ \(.*\) with port/);
    await net.refused(409, "RouterExternalGatewayInUseByFloatingIp", "PUT", `/routers/${router.id}`, {
      router: { external_gateway_info: null },
    });
    await net.refused(409, "RouterInterfaceInUseByFloatingIP", "PUT", `/routers/${router.id}/remove_router_interface`, {
      subnet_id: subnetId,
    });
    const off = await net.must("PUT", `/floatingips/${made.id}`, { floatingip: { port_id: null } });
    assert.deepEqual([off.port_id, off.router_id, off.status, off.port_details], [null, null, "DOWN", null]);
    await net.cloud.settle();
    assert.equal(net.driver.floatingIps.has(made.id), false);
    await net.must("PUT", `/floatingips/${made.id}`, { floatingip: { port_id: port.id } });
    await net.must("DELETE", `/ports/${port.id}`);
    assert.equal((await net.must("GET", `/floatingips/${made.id}`)).port_id, null);
    await net.must("DELETE", `/floatingips/${made.id}`);
    await net.cloud.settle();
    assert.deepEqual(await net.cloud.leftovers(), []);
  });

  test("a floating address needs an external network and a way to the port", async () => {
    const { networkId } = await withSubnet(net, "10.0.5.0/24");
    const port = await net.must("POST", "/ports", { port: { network_id: networkId } });
    const to = (floating_network_id: string) => ({ floatingip: { floating_network_id, port_id: port.id } });
    const why = await net.refused(400, "BadRequest", "POST", "/floatingips", to(networkId));
    assert.equal(why, `Bad floatingip request: Network ${networkId} is not a valid external network.`);
    await net.refused(404, "ExternalGatewayForFloatingIPNotFound", "POST", "/floatingips", to(outside.outsideId));
    const chosen = { floatingip: { floating_network_id: outside.outsideId, floating_ip_address: "203.0.113.200" } };
    await net.refused(403, "PolicyNotAuthorized", "POST", "/floatingips", chosen);
    assert.equal((await net.must("POST", "/floatingips", chosen, "admin")).floating_ip_address, "203.0.113.200");
  });
});
