import assert from "node:assert/strict";
import { describe, test } from "node:test";
import { Refused, Unavailable } from "#platform/service/driver.ts";
import { testCloud } from "#test/cloud.ts";
import { toy, toyDriver } from "#test/toy/toy.ts";

async function lampCloud(more = {}) {
  const driver = toyDriver();
  const cloud = await testCloud({ services: [toy], drivers: { toy: driver }, ...more });
  const make = async (name = "a") =>
    (await cloud.call("POST", "/toy/v1/lamps", { as: "demo", body: { lamp: { name } } })).body.id as string;
  const show = async (id: string) => (await cloud.call("GET", `/toy/v1/lamps/${id}`, { as: "demo" })).body.lamp;
  return { cloud, driver, make, show };
}

describe("a saga", () => {
  test("does its steps in order and its listener hears of the end once", async () => {
    const { cloud, driver, make, show } = await lampCloud();
    const id = await make();
    await cloud.settle();
    assert.deepEqual(await show(id), {
      id,
      projectId: cloud.actors.demo.projectId,
      state: "lit",
      task: null,
      made: 101,
      fault: null,
    });
    assert.ok(driver.lit.has(id));
    await cloud.stop();
  });

  test("tries again with growing pauses while its driver is unavailable, until the deadline, and is undone then", async () => {
    const { cloud, driver, make, show } = await lampCloud();
    let calls = 0;
    driver.light = async () => {
      calls += 1;
      throw new Unavailable("the socket is out of order");
    };
    const id = await make();
    await cloud.settle();
    assert.equal(calls, 1);
    await cloud.later("1s");
    assert.equal(calls, 2);
    for (const time of ["2s", "4s", "8s", "16s", "30s"]) await cloud.later(time);
    const lamp = await show(id);
    assert.equal(lamp.state, "error");
    assert.equal(lamp.fault, "the socket is out of order");
    assert.equal(lamp.made, 0);
    await cloud.stop();
  });

  test("is undone at once when its driver refuses, and keeps every step's story", async () => {
    const { cloud, driver, make, show } = await lampCloud();
    driver.light = async (id) => {
      driver.lit.add(id);
      throw new Refused("the bulb is broken");
    };
    const id = await make();
    await cloud.settle();
    assert.equal((await show(id)).fault, "the bulb is broken");
    assert.equal(driver.lit.size, 0);
    const [story] = await cloud.spine.write((tx) => tx.history(id));
    assert.deepEqual(
      story?.steps.map((s) => `${s.way} ${s.step} ${s.outcome}`),
      [
        "do count done",
        "do await-ready done",
        "do light failed",
        "undo light done",
        "undo await-ready done",
        "undo count done",
      ],
    );
    await cloud.stop();
  });

  test("gives a hung call up at its deadline", async () => {
    const { cloud, driver, make, show } = await lampCloud();
    driver.light = () => new Promise(() => {});
    const id = await make();
    await cloud.settle();
    await cloud.later("31s");
    await cloud.settle();
    while ((await show(id)).state !== "error") await cloud.settle();
    assert.match((await show(id)).fault, /no answer within 30 s/);
    await cloud.stop();
  });

  /** Its holder is gone in the midst of the call, so many times, until the step's deadline has passed. */
  async function sleepers(count: number) {
    let gone = 0;
    const it = await lampCloud({
      probe: (where: string) => {
        if (where !== "called do light" || gone === count) return;
        gone += 1;
        it.cloud.advance("31s");
        throw new Error("Connection terminated: the machine was asleep");
      },
    });
    const id = await it.make();
    await it.cloud.settle();
    const [story] = await it.cloud.spine.write((tx) => tx.history(id));
    const light = story?.steps.filter(({ step, way }) => step === "light" && way === "do");
    await it.cloud.stop();
    return { driver: it.driver, story, tries: light?.map(({ attempt, outcome }) => `${attempt} ${outcome}`) };
  }

  test("is tried once more by the heir of who slept past the step's deadline", async () => {
    const { story, tries, driver } = await sleepers(1);
    assert.deepEqual([story?.state, tries, driver.calls], ["done", ["1 cut off", "2 done"], 2]);
  });

  test("turns back where its heir is gone as well: a step may be what takes programs with it", async () => {
    const { story, tries, driver } = await sleepers(9);
    assert.deepEqual([story?.state, tries, driver.calls], ["failed", ["1 cut off", "2 failed"], 2]);
    assert.equal(story?.error, "it was not done within 30 s");
    assert.equal(driver.lit.size, 0);
  });

  test("waits for an event and wakes as soon as it is told", async () => {
    const { cloud, make, show } = await lampCloud();
    const id = await make("waits");
    await cloud.settle();
    assert.equal((await show(id)).state, "new");
    await cloud.spine.write(async (tx) => {
      await tx.db.updateTable("toyLamps").set({ task: "light" }).where("id", "=", id).execute();
      await tx.emit("lamp.ready", { lampId: id });
    });
    await cloud.settle();
    assert.equal((await show(id)).state, "lit");
    await cloud.stop();
  });

  test("undoes to the end what was called off in the middle of a call", async () => {
    const { cloud, driver, make } = await lampCloud();
    driver.light = async (id, signal) => {
      driver.lit.add(id);
      await new Promise((_, stop) => signal?.addEventListener("abort", () => stop(signal.reason)));
    };
    driver.dark = async (id, signal) => {
      signal?.throwIfAborted();
      driver.lit.delete(id);
    };
    const id = await make();
    await cloud.settle();
    await cloud.call("DELETE", `/toy/v1/lamps/${id}`, { as: "demo" });
    await cloud.settle();
    const { rows } = await cloud.database.pool.query("select outcome from platform_saga_steps where way = 'undo'");
    assert.ok(rows.length > 0 && rows.every(({ outcome }) => outcome === "done"), JSON.stringify(rows));
    await cloud.stop();
  });

  test("that is called off just before a call does not make it", async () => {
    let off = async () => {};
    const probe = async (where: string) => void (where === "before do light" && (await off()));
    const { cloud, driver, make } = await lampCloud({ probe });
    let calls = 0;
    driver.light = async () => {
      calls += 1;
    };
    off = async () => {
      const [{ id }] = (await cloud.database.pool.query("select id from toy_lamps")).rows;
      await cloud.spine.write((tx) => tx.cancel(id));
    };
    const id = await make();
    await cloud.settle();
    assert.equal(calls, 0);
    const [light] = await cloud.spine.write((tx) => tx.history(id));
    assert.equal(light?.state, "cancelled");
    await cloud.stop();
  });

  test("is called off by a delete, which runs when everything is undone", async () => {
    const { cloud, driver, make } = await lampCloud();
    const id = await make("waits");
    await cloud.settle();
    assert.equal((await cloud.call("DELETE", `/toy/v1/lamps/${id}`, { as: "demo" })).status, 204);
    await cloud.settle();
    assert.equal((await cloud.call("GET", `/toy/v1/lamps/${id}`, { as: "demo" })).status, 404);
    const [dark, light] = await cloud.spine.write((tx) => tx.history(id));
    assert.equal(light?.state, "cancelled");
    assert.deepEqual(
      light?.steps.filter((s) => s.way === "do").map((s) => [s.step, s.outcome]),
      [
        ["count", "done"],
        ["await-ready", "called off"],
      ],
    );
    assert.equal(dark?.state, "done");
    assert.equal(driver.lit.size, 0);
    await cloud.stop();
  });

  test("goes on in another process after a crash at Loose border of Loose step", async () => {
    const borders: string[] = [];
    const first = await lampCloud({ probe: (where: string) => void borders.push(where) });
    await first.make();
    await first.cloud.settle();
    await first.cloud.stop();
    assert.ok(borders.length >= 10, borders.join());
    for (const border of new Set(borders)) {
      let crashed = false;
      const { cloud, driver, make, show } = await lampCloud({
        probe: (where: string) => {
          if (crashed || where !== border) return;
          crashed = true;
          throw new Error("Connection terminated by a crash");
        },
      });
      const id = await make();
      await cloud.settle();
      await cloud.restart();
      await cloud.later("1m");
      assert.equal((await show(id)).state, "lit", border);
      assert.equal((await show(id)).made, 101, border);
      assert.deepEqual([...driver.lit], [id]);
      await cloud.stop();
    }
  });
});

describe("the door", () => {
  test("knows a stranger from an owner, and refuses what does not fit", async () => {
    const { cloud, make } = await lampCloud();
    const id = await make();
    assert.equal((await cloud.call("GET", `/toy/v1/lamps/${id}`, { as: null })).status, 401);
    assert.equal((await cloud.call("GET", `/toy/v1/lamps/${id}`, { as: "stranger" })).status, 404);
    assert.equal((await cloud.call("DELETE", `/toy/v1/lamps/${id}`, { as: "reader" })).status, 403);
    const wrong = await cloud.call("POST", "/toy/v1/lamps", { body: { lamp: { name: "" } } });
    assert.deepEqual(
      [wrong.status, wrong.body.error.message],
      [400, "Invalid input for field/attribute name. Value: ''. '' is too short"],
    );
    const extra = await cloud.call("POST", "/toy/v1/lamps", { body: { lamp: { name: "x", y: 1 } } });
    assert.equal(extra.status, 400);
    const method = await cloud.call("PUT", "/toy/v1/lamps");
    assert.deepEqual([method.status, method.headers.allow], [405, "GET, POST"]);
    assert.equal((await cloud.call("GET", "/toy/v1/lamps", { version: "9.9" })).status, 406);
    assert.equal(
      (await cloud.call("POST", "/toy/v1/lamps", { body: "{", headers: { "content-type": "application/json" } }))
        .status,
      400,
    );
    assert.equal(
      (await cloud.call("POST", "/toy/v1/lamps", { body: "x", headers: { "content-type": "text/csv" } })).status,
      415,
    );
    assert.equal((await cloud.call("GET", "/toy/v1/nothing")).status, 404);
    assert.equal((await cloud.call("HEAD", "/toy/v1/lamps")).text, "");
    await cloud.stop();
  });
});
