import assert from "node:assert/strict";
import { after, before, describe, test } from "node:test";
import { type Net, netCloud, withSubnet } from "../net.testkit.ts";

describe("subnets", () => {
  let net: Net;
  before(async () => {
    net = await netCloud();
  });
  after(() => net.cloud.stop());

  const onNew = async (subnet: object) => {
    const { id } = await net.must("POST", "/networks", { network: {} });
    return { subnet: { network_id: id, ip_version: 4, ...subnet } };
  };
  const refused = async (status: number, kind: string, subnet: object) =>
    net.refused(status, kind, "POST", "/subnets", await onNew(subnet));

  test("a subnet has a gateway and a pool of the rest", async () => {
    const { subnet } = await withSubnet(net);
    assert.equal(subnet.gateway_ip, "10.0.0.1");
    assert.deepEqual(subnet.allocation_pools, [{ start: "10.0.0.2", end: "10.0.0.254" }]);
    await net.cloud.settle();
    const spec = net.driver.networks.get(subnet.network_id);
    assert.deepEqual(spec?.metadata?.cidrs, ["10.0.0.2/24"]);
    assert.deepEqual([spec?.subnets[0]?.cidr, spec?.subnets[0]?.dhcp], ["10.0.0.0/24", true]);
  });

  test("a gateway in the middle splits the pool, and none leaves it whole", async () => {
    const middle = await net.must("POST", "/subnets", await onNew({ cidr: "10.1.0.0/29", gateway_ip: "10.1.0.3" }));
    assert.deepEqual(middle.allocation_pools, [
      { start: "10.1.0.1", end: "10.1.0.2" },
      { start: "10.1.0.4", end: "10.1.0.6" },
    ]);
    const none = await net.must("POST", "/subnets", await onNew({ cidr: "10.1.0.0/29", gateway_ip: null }));
    assert.deepEqual([none.gateway_ip, none.allocation_pools], [null, [{ start: "10.1.0.1", end: "10.1.0.6" }]]);
  });

  test("a subnet that overlaps another one of its network is refused, also when two come at once", async () => {
    const { networkId } = await withSubnet(net);
    const body = (cidr: string) => ({ subnet: { network_id: networkId, ip_version: 4, cidr } });
    const why = await net.refused(400, "InvalidInput", "POST", "/subnets", body("10.0.0.128/25"));
    assert.match(why, /Requested subnet with cidr: 10.0.0.128\/25 for network: .* overlaps with another subnet/);
    const both = await Promise.all(
      ["10.5.0.0/24", "10.5.0.0/16"].map((cidr) => net.call("POST", "/subnets", body(cidr))),
    );
    assert.deepEqual(both.map((r) => r.status).sort(), [201, 400]);
  });

  test("what does not fit together is refused in Neutron's words", async () => {
    assert.equal(
      await refused(400, "InvalidInput", { cidr: "fd00::/64" }),
      "Invalid input for operation: cidr 'fd00::/64' does not match the ip_version '4'.",
    );
    assert.equal(
      await refused(400, "HTTPBadRequest", { cidr: "10.0.0.0/33" }),
      "Invalid input for cidr. Reason: '10.0.0.0/33' is not a valid IP subnet.",
    );
    await refused(400, "BadRequest", {});
    const pool = (start: string, end: string) => ({ cidr: "10.0.0.0/24", allocation_pools: [{ start, end }] });
    await refused(400, "OutOfBoundsAllocationPool", pool("10.0.0.2", "10.0.1.9"));
    await refused(400, "InvalidAllocationPool", pool("10.0.0.9", "10.0.0.2"));
    await refused(409, "GatewayConflictWithAllocationPools", pool("10.0.0.1", "10.0.0.9"));
    const two = [
      { start: "10.0.0.2", end: "10.0.0.9" },
      { start: "10.0.0.9", end: "10.0.0.12" },
    ];
    await refused(409, "OverlappingAllocationPools", { cidr: "10.0.0.0/24", allocation_pools: two });
    await refused(400, "InvalidInput", { cidr: "10.0.0.0/24", ipv6_ra_mode: "slaac" });
    await refused(400, "InvalidInput", {
      cidr: "fd00::/60",
      ip_version: 6,
      ipv6_ra_mode: "slaac",
      ipv6_address_mode: "slaac",
    });
    await refused(400, "HTTPBadRequest", { cidr: "10.0.0.0/24", dns_nameservers: ["nine"] });
    await refused(400, "HTTPBadRequest", { cidr: "10.0.0.0/24", ip_version: 5 });
  });

  test("a change reaches the data plane; a subnet in use stays", async () => {
    const { networkId, subnetId } = await withSubnet(net, "10.2.0.0/24");
    const to = { dns_nameservers: ["9.9.9.9"], host_routes: [{ destination: "10.9.0.0/16", nexthop: "10.2.0.9" }] };
    const changed = await net.must("PUT", `/subnets/${subnetId}`, { subnet: to });
    assert.deepEqual([changed.dns_nameservers, changed.host_routes], [to.dns_nameservers, to.host_routes]);
    await net.cloud.settle();
    assert.deepEqual(net.driver.networks.get(networkId)?.subnets[0]?.dns, ["9.9.9.9"]);
    const port = await net.must("POST", "/ports", { port: { network_id: networkId } });
    await net.refused(409, "SubnetInUse", "DELETE", `/subnets/${subnetId}`);
    await net.must("DELETE", `/ports/${port.id}`);
    await net.must("PUT", `/subnets/${subnetId}`, { subnet: { enable_dhcp: false } });
    await net.cloud.settle();
    assert.equal(net.driver.networks.get(networkId)?.metadata, null);
    await net.must("DELETE", `/subnets/${subnetId}`);
    await net.cloud.settle();
    assert.deepEqual(net.driver.networks.get(networkId)?.subnets, []);
  });

  test("ports make themselves an address on a SLAAC subnet", async () => {
    const { networkId } = await withSubnet(net, "10.3.0.0/24");
    const v6 = { ip_version: 6, cidr: "fd00:3::/64", ipv6_ra_mode: "slaac", ipv6_address_mode: "slaac" };
    const before = await net.must("POST", "/ports", { port: { network_id: networkId } });
    const subnet = await net.must("POST", "/subnets", { subnet: { network_id: networkId, ...v6 } });
    const after = await net.must("POST", "/ports", {
      port: { network_id: networkId, mac_address: "fa:16:3e:12:34:56" },
    });
    const ip = (p: { fixed_ips: { subnet_id: string; ip_address: string }[] }) =>
      p.fixed_ips.find((f) => f.subnet_id === subnet.id)?.ip_address;
    assert.equal(ip(after), "fd00:3::f816:3eff:fe12:3456");
    assert.ok(ip(await net.must("GET", `/ports/${before.id}`))?.startsWith("fd00:3::f816:3eff:fe"));
  });

  test("only the network's owner makes subnets on it", async () => {
    const { id } = await net.must("POST", "/networks", { network: { shared: true } }, "admin");
    const subnet = { network_id: id, ip_version: 4, cidr: "10.0.0.0/24" };
    await net.refused(403, "PolicyNotAuthorized", "POST", "/subnets", { subnet });
  });
});
