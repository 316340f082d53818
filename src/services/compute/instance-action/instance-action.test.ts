import assert from "node:assert/strict";
import { test } from "node:test";
import { booted } from "#test/booted.ts";

const all = "/os-instance-actions";

test("what was done with a server is told, the latest first, also when it is gone", async (t) => {
  const { on, cloud, remove } = await booted(t);
  for (const verb of ["os-stop", "os-start"]) {
    await cloud.later("1s");
    await on("POST", "/action", { body: { [verb]: null } });
    await cloud.settle();
  }
  const actions = async (version: string) =>
    (await on("GET", all, { version })).body.instanceActions?.map((it: { action: string }) => it.action);
  assert.deepEqual(await actions("2.1"), ["start", "stop", "create"]);
  await remove();
  assert.deepEqual(await actions("2.21"), ["delete", "start", "stop", "create"]);
  assert.equal((await on("GET", all, { version: "2.20" })).status, 404);
});

test("an action has its steps: for administrators, and from 2.51 for owners without what is told of hosts", async (t) => {
  const { on } = await booted(t);
  const [{ request_id: id }] = (await on("GET", all)).body.instanceActions;
  const show = async (as: string, version: string) =>
    (await on("GET", `${all}/${id}`, { as, version })).body.instanceAction;
  assert.equal((await show("demo", "2.50")).events, undefined);
  const [own] = (await show("demo", "2.84")).events;
  assert.equal(own.result, "Success");
  assert.equal(own.host, undefined);
  assert.equal(own.traceback, undefined);
  const [seen] = (await show("admin", "2.84")).events;
  assert.equal(typeof seen.host, "string");
  assert.equal(seen.traceback, null);
  assert.equal(seen.details, null);
  const unknown = await on("GET", `${all}/req-x`);
  assert.match(unknown.body.itemNotFound.message, /^Action for request_id req-x on instance .* not found$/);
  assert.equal((await on("GET", all, { as: "stranger" })).status, 404);
});

test("from 2.58 actions are paged and told by time", async (t) => {
  const { on, cloud } = await booted(t);
  await cloud.later("1h");
  await on("POST", "/action", { body: { "os-stop": null } });
  await cloud.settle();
  const list = async (query: string, version = "2.66") => (await on("GET", `${all}?${query}`, { version })).body;
  const first = await list("limit=1");
  assert.equal(first.instanceActions[0].action, "stop");
  const next: string = first.links[0].href;
  const second = await list(next.slice(next.indexOf("?") + 1));
  assert.equal(second.instanceActions[0].action, "create");
  assert.equal((await list("changes-since=2026-11-20T12:30:00Z")).instanceActions.length, 1);
  assert.equal((await list("changes-before=2026-11-20T12:30:00Z")).instanceActions.length, 1);
  assert.equal((await on("GET", `${all}?changes-before=2026-11-20T12:30:00Z`, { version: "2.65" })).status, 400);
  assert.equal((await on("GET", `${all}?marker=x`, { version: "2.58" })).status, 400);
});
