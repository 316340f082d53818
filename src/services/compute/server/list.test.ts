import assert from "node:assert/strict";
import { test } from "node:test";
import { setQuotaLimits } from "#platform/store/quota.ts";
import { ground } from "../ground.test.ts";

type Named = { name: string; id: string };
const none = { networks: "none" };
const version = "2.83";

test("servers are listed in pages, and by what they are", async (t) => {
  const { cloud, call, build } = await ground(t);
  await build({ ...none, name: "web-1", metadata: { a: "b" } });
  await cloud.later("2s");
  await build({ ...none, name: "web-2", tags: ["blue"] }, { version: "2.90" });
  await cloud.later("2s");
  await build({ name: "db" });
  const names = async (query: string, how: object = {}) =>
    (await call("GET", `/servers?${query}`, { version, ...how })).body.servers?.map((it: Named) => it.name);
  assert.deepEqual(await names(""), ["db", "web-2", "web-1"]);
  assert.deepEqual(await names("name=web"), ["web-2", "web-1"]);
  assert.deepEqual(await names("sort_key=display_name&sort_dir=asc"), ["db", "web-1", "web-2"]);
  assert.deepEqual(await names("tags=blue"), ["web-2"]);
  assert.deepEqual(await names("not-tags=blue&status=active"), ["db", "web-1"]);
  assert.deepEqual(await names("ip=10.1.0"), ["db"]);
  assert.deepEqual(await names("status=SHUTOFF"), []);
  assert.deepEqual(await names("", { as: "stranger" }), []);
  assert.deepEqual(await names("", { as: "admin" }), []);
  assert.deepEqual(await names("all_tenants=1", { as: "admin" }), ["db", "web-2", "web-1"]);
  assert.equal((await call("GET", "/servers?all_tenants=1")).status, 403);
  assert.equal((await call("GET", "/servers?status=odd", { version })).body.badRequest.message, "Invalid status value");
  assert.deepEqual((await call("GET", "/servers?status=odd")).body, { servers: [] });
  assert.equal((await call("GET", "/servers?odd=1", { version })).status, 400);
  assert.equal((await call("GET", "/servers?odd=1")).status, 200);
  const first = (await call("GET", "/servers/detail?limit=2", { version })).body;
  assert.deepEqual(
    first.servers.map((it: Named) => it.name),
    ["db", "web-2"],
  );
  const next = first.servers_links[0].href.replace(/^.*?\/v2\.1/, "");
  assert.deepEqual(
    (await call("GET", next, { version })).body.servers.map((it: Named) => it.name),
    ["web-1"],
  );
});

test("deleted servers are shown to those who ask what has changed", async (t) => {
  const { cloud, call, build, remove } = await ground(t);
  const id = await build(none);
  const since = new Date(Date.parse(cloud.world("compute").now) - 1000).toISOString();
  await remove(id);
  const changed = (await call("GET", `/servers/detail?changes-since=${since}`)).body.servers;
  assert.deepEqual(
    changed.map((it: { id: string; status: string }) => [it.id, it.status]),
    [[id, "DELETED"]],
  );
  assert.deepEqual((await call("GET", "/servers")).body.servers, []);
  for (const odd of ["2011/01/01", "yesterday", "2011-13-01"])
    assert.equal((await call("GET", `/servers?changes-since=${odd}`)).status, 400, odd);
  for (const fine of [
    "2051-01-01",
    "2051-01-01T12:34:00%2B01:00",
    "2051-01-01T12:34:00+01:00",
    "2051-01-01T12:34:00.000000",
  ])
    assert.deepEqual((await call("GET", `/servers?changes-since=${fine}`)).body, { servers: [] }, fine);
  const all = await call("GET", "/servers?deleted=1&all_tenants=1", { as: "admin" });
  assert.deepEqual(
    all.body.servers.map((it: Named) => it.id),
    [id],
  );
});

test("several servers are made at once, as many as the quota lets", async (t) => {
  const { cloud, call } = await ground(t);
  const { projectId } = cloud.actors.demo;
  await cloud.world("compute").write((tx) => setQuotaLimits(tx, "compute", projectId ?? "", { instances: 2 }));
  const server = { name: "many", flavorRef: "1", imageRef: "", networks: "none", min_count: 1, max_count: 3 };
  const images = await cloud.call("GET", "/image/v2/images", {});
  const body = { server: { ...server, imageRef: images.body.images[0].id, return_reservation_id: true } };
  const made = await call("POST", "/servers", { version, body });
  assert.match(made.body.reservation_id, /^r-\w{8}$/);
  const names = (await call("GET", "/servers")).body.servers.map((it: Named) => it.name);
  assert.deepEqual(names.sort(), ["many-1", "many-2"]);
  const refused = await call("POST", "/servers", { version, body });
  assert.equal(refused.status, 403);
  assert.equal(
    refused.body.forbidden.message,
    "Quota exceeded for instances: Requested 1, but already used 2 of 2 instances",
  );
});

test("a server shows what its version knows", async (t) => {
  const { build, show, call } = await ground(t);
  const id = await build({ description: "a server", hostname: "host-one" });
  const old = await show(id, { version: "2.1" });
  assert.equal(old.locked, undefined);
  assert.equal(old.description, undefined);
  assert.equal(old.flavor.id, "1");
  const now = await show(id);
  assert.equal(now.description, "a server");
  assert.equal(now.flavor.original_name, "tiny");
  assert.equal(now["OS-EXT-SRV-ATTR:hostname"], "host-one");
  assert.equal(now["OS-EXT-SRV-ATTR:host"], undefined);
  assert.equal((await show(id, { as: "admin" })).host_status, "UP");
  assert.equal(now.addresses.net[0]["OS-EXT-IPS:type"], "fixed");
  assert.deepEqual((await call("GET", `/servers/${id}/ips/net`)).body.net, [
    { version: 4, addr: now.addresses.net[0].addr },
  ]);
  const changed = await call("PUT", `/servers/${id}`, {
    version: "2.19",
    body: { server: { name: "two", description: null } },
  });
  assert.equal(changed.body.server.name, "two");
  assert.equal(changed.body.server.key_name, undefined);
  assert.equal((await call("PUT", `/servers/${id}`, { body: { server: { tags: [] } } })).status, 400);
});

test("versions are told to everybody, the oldest first", async (t) => {
  const { cloud } = await ground(t);
  const { body, status } = await cloud.call("GET", "/compute/", { as: null });
  assert.equal(status, 200);
  assert.deepEqual(
    body.versions.map((it: { id: string; version: string }) => [it.id, it.version]),
    [
      ["v2.0", ""],
      ["v2.1", "2.96"],
    ],
  );
  for (const it of body.versions) {
    const path = it.links[0].href.replace(/^https?:\/\/[^/]+/, "");
    assert.equal((await cloud.call("GET", path, { as: null })).body.version.id, it.id, path);
  }
});
