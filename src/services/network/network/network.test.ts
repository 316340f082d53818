import assert from "node:assert/strict";
import { after, before, describe, test } from "node:test";
import { type Net, netCloud, withSubnet } from "../net.testkit.ts";

describe("networks", () => {
  let net: Net;
  before(async () => {
    net = await netCloud();
  });
  after(() => net.cloud.stop());

  test("a network is made, shown, renamed and deleted", async () => {
    const made = await net.must("POST", "/networks", { network: { name: "blue" } });
    assert.deepEqual([made.mtu, made.status, made.shared, made.admin_state_up], [1442, "ACTIVE", false, true]);
    assert.equal("provider:network_type" in made, false);
    await net.cloud.settle();
    assert.equal(net.driver.networks.get(made.id)?.name, "blue");
    const renamed = await net.must("PUT", `/networks/${made.id}`, { network: { name: "red" } });
    assert.deepEqual([renamed.name, renamed.revision_number], ["red", 1]);
    await net.must("DELETE", `/networks/${made.id}`);
    await net.cloud.settle();
    assert.equal(net.driver.networks.has(made.id), false);
    const why = await net.refused(404, "NetworkNotFound", "GET", `/networks/${made.id}`);
    assert.equal(why, `Network ${made.id} could not be found.`);
  });

  test("an administrator sees and chooses how a network is provided", async () => {
    const network = { "provider:network_type": "flat", "provider:physical_network": "public", "router:external": true };
    const made = await net.must("POST", "/networks", { network }, "admin");
    assert.deepEqual([made["provider:network_type"], made["provider:segmentation_id"], made.mtu], ["flat", null, 1500]);
    await net.cloud.settle();
    assert.deepEqual(net.driver.networks.get(made.id)?.provider, {
      kind: "flat",
      physicalNetwork: "public",
      vlan: null,
    });
    await net.refused(409, "FlatNetworkInUse", "POST", "/networks", { network }, "admin");
    await net.refused(403, "PolicyNotAuthorized", "POST", "/networks", { network });
    assert.equal("provider:network_type" in (await net.must("GET", `/networks/${made.id}`)), false);
    await net.refused(403, "PolicyNotAuthorized", "DELETE", `/networks/${made.id}`);
  });

  test("what is wrong with a request is said in Neutron's words", async () => {
    const say = (network: object) => net.refused(400, "HTTPBadRequest", "POST", "/networks", { network });
    assert.equal(await say({ colour: "blue" }), "Unrecognized attribute(s) 'colour'");
    assert.equal(await say({ id: "1" }), "Attribute 'id' not allowed in POST");
    assert.equal(
      await say({ admin_state_up: "maybe" }),
      "Invalid input for admin_state_up. Reason: 'maybe' cannot be converted to boolean.",
    );
    assert.equal(
      await net.refused(400, "HTTPBadRequest", "POST", "/networks", { net: {} }),
      "Unable to find 'network' in request body",
    );
    await net.refused(400, "HTTPBadRequest", "POST", "/networks", { network: { tenant_id: "someone-else" } });
  });

  test("another project's network looks absent until it is shared", async () => {
    const { id } = await net.must("POST", "/networks", { network: { name: "own" } });
    await net.refused(404, "NetworkNotFound", "GET", `/networks/${id}`, undefined, "stranger");
    await net.refused(403, "PolicyNotAuthorized", "PUT", `/networks/${id}`, { network: { shared: true } });
    await net.must("PUT", `/networks/${id}`, { network: { shared: true } }, "admin");
    assert.equal((await net.must("GET", `/networks/${id}`, undefined, "stranger")).shared, true);
    await net.refused(403, "PolicyNotAuthorized", "DELETE", `/networks/${id}`, undefined, "stranger");
  });

  test("lists are filtered, sorted, cut to fields and paged", async () => {
    const names = ["p1", "p2", "p3", "p4", "p5"];
    const made = await net.must("POST", "/networks", {
      networks: names.map((name) => ({ name, description: "page" })),
    });
    assert.equal(made.length, 5);
    const two = await net.must("GET", "/networks?name=p1&name=p4&fields=name&sort_key=name&sort_dir=desc");
    assert.deepEqual(two, [{ name: "p4" }, { name: "p1" }]);
    const first = await net.call("GET", "/networks?description=page&sort_key=name&sort_dir=asc&limit=2");
    assert.deepEqual(
      first.body.networks.map((n: { name: string }) => n.name),
      ["p1", "p2"],
    );
    const next = first.body.networks_links.find((l: { rel: string }) => l.rel === "next").href;
    const second = await net.cloud.call("GET", new URL(next).pathname + new URL(next).search, { as: "demo" });
    assert.deepEqual(
      second.body.networks.map((n: { name: string }) => n.name),
      ["p3", "p4"],
    );
    const back = second.body.networks_links.find((l: { rel: string }) => l.rel === "previous").href;
    const again = await net.cloud.call("GET", new URL(back).pathname + new URL(back).search, { as: "demo" });
    assert.deepEqual(
      again.body.networks.map((n: { name: string }) => n.name),
      ["p1", "p2"],
    );
    assert.equal(
      await net.refused(400, "HTTPBadRequest", "GET", "/networks?colour=blue"),
      "['colour'] is invalid attribute for filtering",
    );
  });

  test("tags are set, found by, and taken away", async () => {
    const { id } = await net.must("POST", "/networks", { network: { name: "tagged" } });
    assert.equal((await net.call("PUT", `/networks/${id}/tags/red`)).status, 201);
    await net.must("PUT", `/networks/${id}/tags`, { tags: ["red", "blue"] });
    assert.equal((await net.call("GET", `/networks/${id}/tags/blue`)).status, 204);
    const ids = async (query: string) =>
      (await net.must("GET", `/networks?${query}&fields=id`)).map((n: { id: string }) => n.id);
    assert.deepEqual(await ids("tags=red,blue"), [id]);
    assert.deepEqual(await ids("tags=red,green"), []);
    assert.deepEqual(await ids("tags-any=red,green"), [id]);
    assert.equal((await ids("not-tags-any=red&name=tagged")).length, 0);
    await net.must("DELETE", `/networks/${id}/tags/red`);
    await net.refused(404, "TagNotFound", "DELETE", `/networks/${id}/tags/red`);
    assert.deepEqual((await net.must("GET", `/networks/${id}`)).tags, ["blue"]);
  });

  test("a network with ports is in use; its metadata port goes with it", async () => {
    const { networkId } = await withSubnet(net, "10.9.0.0/24");
    const [metadata] = await net.must("GET", `/ports?network_id=${networkId}`);
    assert.deepEqual([metadata.device_owner, metadata.device_id], ["network:distributed", `ovnmeta-${networkId}`]);
    const port = await net.must("POST", "/ports", { port: { network_id: networkId } });
    await net.refused(409, "NetworkInUse", "DELETE", `/networks/${networkId}`);
    await net.must("DELETE", `/ports/${port.id}`);
    await net.must("DELETE", `/networks/${networkId}`);
    await net.cloud.settle();
    assert.equal(net.driver.networks.has(networkId), false);
    await net.refused(404, "PortNotFound", "GET", `/ports/${metadata.id}`);
  });

  test("a stale revision is not overwritten", async () => {
    const { id } = await net.must("POST", "/networks", { network: {} });
    const put = (revision: number) =>
      net.cloud.call("PUT", `/network/v2.0/networks/${id}`, {
        as: "demo",
        body: { network: { name: "x" } },
        headers: { "if-match": `revision_number=${revision}` },
      });
    assert.deepEqual([(await put(0)).status, (await put(0)).status], [200, 412]);
  });

  test("the quota ends the making of networks", async () => {
    const { projectId } = net.cloud.actors.stranger;
    await net.must("PUT", `/quotas/${projectId}`, { quota: { network: 1 } }, "admin");
    await net.must("POST", "/networks", { network: {} }, "stranger");
    const why = await net.refused(409, "OverQuota", "POST", "/networks", { network: {} }, "stranger");
    assert.equal(why, "Quota exceeded for resources: ['network'].");
    const details = await net.must("GET", `/quotas/${projectId}/details.json`, undefined, "stranger");
    assert.deepEqual(details.network, { limit: 1, used: 1, reserved: 0 });
    await net.must("DELETE", `/quotas/${projectId}`, undefined, "admin");
    assert.equal((await net.must("GET", `/quotas/${projectId}`, undefined, "stranger")).network, 100);
    await net.refused(403, "PolicyNotAuthorized", "PUT", `/quotas/${projectId}`, { quota: { network: 5 } }, "stranger");
  });

  test("versions, parts and extensions can be discovered", async () => {
    const versions = await net.cloud.call("GET", "/network/", { as: null });
    assert.equal(versions.body.versions[0].id, "v2.0");
    assert.ok((await net.must("GET", "/")).some((part: { collection: string }) => part.collection === "networks"));
    const aliases = (await net.must("GET", "/extensions")).map((e: { alias: string }) => e.alias);
    for (const alias of ["router", "security-group", "quotas", "net-mtu", "binding"])
      assert.ok(aliases.includes(alias));
    await net.refused(404, "HTTPNotFound", "GET", "/extensions/trunk");
    assert.equal((await net.must("GET", "/availability_zones")).length, 2);
  });
});
