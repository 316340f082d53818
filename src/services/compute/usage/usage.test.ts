import assert from "node:assert/strict";
import { test } from "node:test";
import { ground } from "../ground.test.ts";

test("what a project's servers used is counted by the hour, those that are gone too", async (t) => {
  const { cloud, build, call, remove } = await ground(t);
  const { projectId } = cloud.actors.demo;
  const id = await build({ networks: "none" });
  await cloud.later("2h");
  await remove(id);
  await build({ networks: "none" });
  await cloud.later("1h");
  const span = "start=2026-11-20T00:00:00&end=2026-11-21T00:00:00";
  const { tenant_usage: usage } = (await call("GET", `/os-simple-tenant-usage/${projectId}?${span}`)).body;
  assert.equal(usage.server_usages.length, 2);
  assert.equal(usage.server_usages[0].hours, 2);
  assert.equal(usage.server_usages[0].state, "terminated");
  assert.equal(usage.server_usages[1].uptime, 3600);
  const as = "admin";
  const all = (await call("GET", `/os-simple-tenant-usage?${span}&detailed=0`, { as })).body.tenant_usages;
  assert.deepEqual(
    all.map((it: { tenant_id: string }) => it.tenant_id),
    [projectId],
  );
  assert.equal((await call("GET", "/os-simple-tenant-usage")).status, 403);
  assert.equal((await call("GET", `/os-simple-tenant-usage/${projectId}`, { as: "stranger" })).status, 404);
  assert.equal((await call("GET", `/os-simple-tenant-usage/${projectId}?start=soon`)).status, 400);
  const first = await call("GET", `/os-simple-tenant-usage/${projectId}?${span}&limit=1`, { version: "2.40" });
  const next = first.body.tenant_usage_links[0].href.replace(/^.*?\/v2\.1/, "");
  const rest = await call("GET", next, { version: "2.40" });
  assert.equal(rest.body.tenant_usage.server_usages.length, 1);
});
