import assert from "node:assert/strict";
import { type TestContext, test } from "node:test";
import { Elsewhere } from "#platform/service/driver.ts";
import { testCloud } from "#test/cloud.ts";
import { toy, toyDriver } from "#test/toy/toy.ts";

/** Two programs on one database; lamps hang on the host of the second one. */
async function twoPrograms(t: TestContext) {
  const [here, there] = [toyDriver(), toyDriver()];
  here.light = async () => {
    throw new Elsewhere("b");
  };
  const cloud = await testCloud({ services: [toy], drivers: { toy: here } });
  t.after(() => cloud.stop());
  const make = async () =>
    (await cloud.call("POST", "/toy/v1/lamps", { as: "demo", body: { lamp: { name: "a" } } })).body.id as string;
  const look = (id: string) => cloud.call("GET", `/toy/v1/lamps/${id}`, { as: "demo" });
  const second = () => cloud.another({ hosts: ["b"], drivers: { toy: there } });
  return { cloud, here, there, make, look, second };
}

test("a step goes on in the program that has the host", async (t) => {
  const { cloud, there, make, look, second } = await twoPrograms(t);
  const other = await second();
  t.after(() => other.stop());
  const id = await make();
  await cloud.settleAll([cloud, other]);
  assert.equal((await look(id)).body.lamp.state, "lit");
  assert.deepEqual([...there.lit], [id]);
  const [{ steps } = { steps: [] }] = await cloud.spine.write((tx) => tx.history(id));
  assert.deepEqual(
    steps.map((it) => [it.step, it.attempt, it.outcome]),
    ["count", "await-ready", "light", "settle"].map((step) => [step, 1, "done"]),
  );
});

test("a step waits for the program of its host, says so, and is taken up when that comes", async (t) => {
  const { cloud, make, look, second } = await twoPrograms(t);
  const id = await make();
  await cloud.settle();
  const { waits_for: waitsFor, next } = JSON.parse((await look(id)).headers["x-crunch-operation"]!);
  assert.equal(waitsFor, "host b");
  assert.match(next, /^step light is for the program on host b; if it is not done by/);
  const other = await second();
  t.after(() => other.stop());
  await cloud.settleAll([cloud, other]);
  assert.equal((await look(id)).body.lamp.state, "lit");
});

test("a host whose program never comes keeps nothing stuck: at the deadline any program turns back", async (t) => {
  const { cloud, here, make, look } = await twoPrograms(t);
  here.dark = async () => {
    throw new Elsewhere("b");
  };
  const id = await make();
  await cloud.settle();
  for (let turn = 0; turn < 3; turn += 1) await cloud.later("31s");
  const { state, fault, made } = (await look(id)).body.lamp;
  assert.deepEqual(
    { state, fault, made },
    { state: "error", fault: "it was not done within 30 s by the program on host b", made: 0 },
  );
});
