import assert from "node:assert/strict";
import { Writable } from "node:stream";
import { describe, type TestContext, test } from "node:test";
import { makePolicy } from "#platform/api/policy.ts";
import { newLog } from "#platform/log/log.ts";
import { Refused, Unavailable } from "#platform/service/driver.ts";
import { openSpine } from "#platform/spine.ts";
import { heldClock } from "#platform/time/clock.ts";
import { testCloud } from "#test/cloud.ts";
import { toy, toyDriver } from "#test/toy/toy.ts";

const by = { who: "root", why: "the lamp is on fire" };

async function lampCloud(t: TestContext, more = {}) {
  const driver = toyDriver();
  const cloud = await testCloud({ services: [toy], drivers: { toy: driver }, ...more });
  t.after(() => cloud.stop());
  const make = async (name = "a") => {
    const { body } = await cloud.call("POST", "/toy/v1/lamps", { as: "demo", body: { lamp: { name } } });
    await cloud.settle();
    return body.id as string;
  };
  const look = (id: string) => cloud.call("GET", `/toy/v1/lamps/${id}`, { as: "demo" });
  const show = async (id: string) => (await look(id)).body.lamp;
  const motion = async (id: string) => {
    const text = (await look(id)).headers["x-crunch-operation"];
    return text === undefined ? undefined : JSON.parse(text);
  };
  const first = async () => (await cloud.spine.operations.list()).open[0]!;
  /** A driver whose call of `light` ends with its signal only. */
  const hang = () => {
    const { light } = driver;
    driver.light = () => new Promise(() => {});
    return () => Object.assign(driver, { light });
  };
  return { cloud, driver, make, look, show, motion, first, hang, operations: cloud.spine.operations };
}

describe("a resource in motion", () => {
  test("says in a header what it waits for and what happens next, and at rest nothing", async (t) => {
    const { cloud, make, look, motion } = await lampCloud(t);
    const id = await make("waits");
    const { id: operation, ...told } = await motion(id);
    assert.ok(operation > 0);
    assert.deepEqual(told, {
      saga: "toy.lamp.light",
      step: "await-ready",
      way: "do",
      attempt: 1,
      since: "2026-11-20T12:00:00.000Z",
      until: "2026-11-20T12:01:00.000Z",
      waits_for: `lamp.ready ${id}`,
      why: null,
      next: `step await-ready goes on as soon as lamp.ready ${id} is told, and looks again at 2026-11-20T12:00:05Z; if it is not done by 2026-11-20T12:01:00Z, it is given up and everything is undone`,
    });
    assert.deepEqual(Object.keys((await look(id)).body), ["lamp"]);
    assert.equal((await cloud.call("GET", "/toy/v1/lamps")).headers["x-crunch-operation"], undefined);
    await cloud.spine.write(async (tx) => {
      await tx.db.updateTable("toyLamps").set({ task: "light" }).where("id", "=", id).execute();
      await tx.emit("lamp.ready", { lampId: id });
    });
    await cloud.settle();
    assert.equal(await motion(id), undefined);
  });

  test("says why it is tried again, in one line of ASCII without folders and passwords", async (t) => {
    const { cloud, driver, make, look, motion } = await lampCloud(t);
    driver.light = async () => {
      throw new Unavailable("kein Strom für\n/var/lib/crunch/lamps/a.sock (http://me:secret@sun/power)");
    };
    const id = await make();
    assert.match((await look(id)).headers["x-crunch-operation"]!, /^[ -~]+$/);
    const told = await motion(id);
    assert.equal(told.why, "kein Strom für a.sock (http://sun/power)");
    assert.equal(told.attempt, 2);
    assert.equal(told.waits_for, "another attempt");
    assert.match(
      told.next,
      /^step light is tried again at .*; if it is not done by 2026-11-20T12:00:30Z, it is given up/,
    );
    await cloud.later("1s");
    assert.equal((await motion(id)).attempt, 3);
  });

  test("says what follows when it is deleted meanwhile, and that it turns back", async (t) => {
    const { cloud, driver, make, motion, operations } = await lampCloud(t);
    driver.dark = async () => {
      throw new Unavailable("the switch is stuck");
    };
    driver.light = async () => {
      throw new Unavailable("the bulb is cold");
    };
    const id = await make();
    await cloud.call("DELETE", `/toy/v1/lamps/${id}`, { as: "demo" });
    await cloud.settle();
    const told = await motion(id);
    assert.equal(told.way, "undo");
    assert.match(told.next, /^undoing step light is tried again at .* is passed over; then toy\.lamp\.dark$/);
    const [, dark] = (await operations.list({ subject: id })).open;
    assert.equal(dark?.waitsFor, `operation ${told.id}`);
    assert.equal(dark?.next, `it begins when operation ${told.id} (toy.lamp.light) has ended`);
    await assert.rejects(operations.retry(dark!.id, by), /has not begun/);
  });

  test("is found by an index of what is in motion", async (t) => {
    const { cloud } = await lampCloud(t);
    const client = await cloud.database.pool.connect();
    try {
      await client.query("set enable_seqscan = off");
      const { rows } = await client.query(
        "explain select id from platform_sagas s where s.subject = 'x' and s.state in ('running', 'undoing') order by s.id limit 4",
      );
      assert.match(JSON.stringify(rows), /platform_sagas_turn/);
    } finally {
      client.release(true);
    }
  });
});

describe("an operator", () => {
  test("lists what is in motion and what ended, and reads each attempt with its times and reasons", async (t) => {
    const { cloud, driver, make, operations } = await lampCloud(t);
    driver.light = async () => {
      throw new Refused("the bulb is broken");
    };
    const broken = await make();
    const waiting = await make("waits");
    const { open, count, ended } = await operations.list({ all: true });
    assert.deepEqual([count, open.map((o) => o.subject), ended.map((o) => o.subject)], [1, [waiting], [broken]]);
    assert.equal(ended[0]?.why, "the bulb is broken");
    assert.equal(ended[0]?.next, "nothing: it ended at 2026-11-20T12:00:00Z (failed)");
    assert.deepEqual((await operations.list({ subject: broken })).open, []);
    const story = await operations.show(ended[0]!.id);
    assert.deepEqual(
      story.steps.filter((s) => s.reason).map(({ step, outcome, reason }) => [step, outcome, reason]),
      [["light", "failed", "the bulb is broken"]],
    );
    assert.deepEqual(
      story.plan.map((s) => s.name),
      ["count", "await-ready", "light", "settle"],
    );
    assert.doesNotMatch(JSON.stringify([story, open, ended]), /"given"/);
    await assert.rejects(operations.show(4711), /there is no operation 4711/);
    await cloud.settle();
  });

  test("has a step that waits for its next attempt taken at once, with its whole time", async (t) => {
    const { cloud, driver, make, show, first, operations } = await lampCloud(t);
    const { light } = driver;
    driver.light = async () => {
      throw new Unavailable("the bulb is cold");
    };
    const id = await make();
    for (const time of ["1s", "2s", "4s", "8s"]) await cloud.later(time);
    driver.light = light;
    const { until } = await operations.retry((await first()).id, by);
    assert.equal(until, "2026-11-20T12:00:45.000Z");
    await cloud.settle();
    assert.equal((await show(id)).state, "lit");
    assert.equal((await show(id)).made, 101);
  });

  test("has a call that hangs stopped and made again", async (t) => {
    const { cloud, make, show, first, hang, operations } = await lampCloud(t);
    const heal = hang();
    const id = await make();
    const { id: operation, next } = await first();
    assert.match(next, /^step light is under way; if it is not done by/);
    heal();
    await operations.retry(operation, by);
    await cloud.settle();
    assert.equal((await show(id)).state, "lit");
    const { steps } = await operations.show(operation);
    assert.deepEqual(
      steps.filter((s) => s.step === "light").map(({ attempt, outcome, reason }) => [attempt, outcome, reason]),
      [
        [1, "again", "told to try again by root: the lamp is on fire"],
        [2, "done", null],
      ],
    );
  });

  test("has a parked step look again at once", async (t) => {
    const { cloud, make, show, first, operations } = await lampCloud(t);
    const id = await make("waits");
    await cloud.spine.write((tx) =>
      tx.db.updateTable("toyLamps").set({ task: "light" }).where("id", "=", id).execute(),
    );
    await operations.retry((await first()).id, by);
    await cloud.settle();
    assert.equal((await show(id)).state, "lit");
  });

  test("calls an operation off: it is undone, and leaves its resource with the reason", async (t) => {
    const { cloud, driver, make, show, first, hang, motion, operations } = await lampCloud(t);
    const heal = hang();
    const id = await make();
    driver.lit.add(id);
    const { id: operation } = await first();
    const told = await operations.cancel(operation, by);
    assert.deepEqual([told.state, told.way, told.step], ["undoing", "undo", "light"]);
    heal();
    await cloud.settle();
    const lamp = await show(id);
    assert.deepEqual([lamp.state, lamp.task, lamp.made], ["error", null, 0]);
    assert.equal(lamp.fault, "the operator called it off: the lamp is on fire");
    assert.equal(driver.lit.size, 0);
    assert.equal(await motion(id), undefined);
    await assert.rejects(operations.cancel(operation, by), /has ended \(failed\)/);
    const { steps } = await operations.show(operation);
    assert.ok(steps.some((s) => s.outcome === "called off" && s.reason === "called off by root: the lamp is on fire"));
  });

  test("leaves the first reason on the resource, whatever hinders the undoing", async (t) => {
    const { cloud, driver, make, show, first, hang, motion, operations } = await lampCloud(t);
    const { dark } = driver;
    driver.dark = async () => {
      throw new Unavailable("the switch is stuck");
    };
    hang();
    const id = await make();
    await operations.cancel((await first()).id, by);
    await cloud.settle();
    const told = await motion(id);
    assert.deepEqual([told.way, told.step, told.attempt], ["undo", "light", 2]);
    assert.equal(told.why, "the operator called it off: the lamp is on fire");
    driver.dark = dark;
    await cloud.later("1s");
    assert.equal((await show(id)).fault, "the operator called it off: the lamp is on fire");
  });

  test("changes what another process has in its hands", async (t) => {
    const { cloud, driver, make, show, first, hang } = await lampCloud(t);
    const heal = hang();
    const id = await make();
    const other = await openSpine({
      services: [toy],
      drivers: { toy: driver },
      database: cloud.database,
      clock: heldClock(Date.parse("2026-11-20T12:00:00Z")),
      log: newLog({ level: "silent" }),
      policy: makePolicy(
        toy.routes.map((r) => r.rule),
        {},
      ),
      verify: async () => undefined,
    });
    const [before] = [...cloud.spine.engine.running.values()].map((held) => held.row.fence);
    heal();
    await other.operations.retry((await first()).id, by);
    await other.stop();
    for (const held of cloud.spine.engine.running.values())
      assert.ok(held.row.fence > before!, "the former holder let go");
    await cloud.settle();
    assert.equal((await show(id)).state, "lit");
  });

  test("calls off what has not begun, and only once", async (t) => {
    const { cloud, make, show, first, operations } = await lampCloud(t);
    const id = await make("waits");
    const { id: operation } = await first();
    await operations.cancel(operation, by);
    await assert.rejects(operations.cancel(operation, by), /is turning back already|has ended/);
    await cloud.settle();
    assert.equal((await show(id)).state, "error");
  });

  test("ends an operation as failed without another step: the last word is said in the same transaction", async (t) => {
    const { cloud, make, show, first, hang, operations } = await lampCloud(t);
    hang();
    const id = await make();
    const { id: operation } = await first();
    const told = await operations.finish(operation, "failed", by);
    assert.equal(told.state, "failed");
    const lamp = await show(id);
    assert.deepEqual([lamp.state, lamp.task, lamp.made], ["error", null, 1]);
    assert.equal(lamp.fault, "the operator ended it: the lamp is on fire");
    assert.equal(cloud.spine.engine.running.size, 0);
    assert.equal((await cloud.call("DELETE", `/toy/v1/lamps/${id}`, { as: "demo" })).status, 204);
    await cloud.settle();
    assert.equal((await cloud.call("GET", `/toy/v1/lamps/${id}`)).status, 404);
  });

  test("ends an operation as done: no code runs, and what the holder hears too late is not kept", async (t) => {
    const { cloud, driver, make, show, first, operations } = await lampCloud(t);
    let light = () => {};
    driver.light = () =>
      new Promise((then) => {
        light = then;
      });
    const id = await make();
    const { id: operation } = await first();
    await operations.finish(operation, "done", by);
    light();
    await cloud.settle();
    assert.deepEqual(await show(id).then(({ state, task }) => [state, task]), ["new", "light"]);
    assert.equal((await operations.show(operation)).operation.state, "done");
  });

  test("changes nothing when the last word cannot be said, and the operation goes on", async (t) => {
    const { cloud, make, show, first, operations } = await lampCloud(t);
    const id = await make("waits");
    await cloud.database.pool.query("alter table toy_lamps add constraint no_errors check (state <> 'error')");
    const { id: operation } = await first();
    await assert.rejects(operations.finish(operation, "failed", by), /no_errors/);
    assert.equal((await first()).state, "running");
    await cloud.database.pool.query("update toy_lamps set task = 'light'");
    await cloud.later("5s");
    assert.equal((await show(id)).state, "lit");
    const { rows } = await cloud.database.pool.query("select * from platform_audit where service = 'operations'");
    assert.deepEqual(rows, []);
  });

  test("leaves a line in the audit and in the log, with who and why", async (t) => {
    const lines: string[] = [];
    const to = new Writable({ write: (line, _, then) => then(void lines.push(String(line))) });
    const { cloud, make, first, operations } = await lampCloud(t, { log: newLog({ level: "info" }, to) });
    await make("waits");
    const { id } = await first();
    await operations.retry(id, by);
    await operations.cancel(id, by);
    const { rows } = await cloud.database.pool.query(
      "select * from platform_audit where service = 'operations' order by id",
    );
    assert.deepEqual(
      rows.map((row) => [row.rule, row.path, row.userId, row.status]),
      [
        ["operations:retry", `/operations/${id}/retry`, "unix:root", 200],
        ["operations:cancel", `/operations/${id}/cancel`, "unix:root", 200],
      ],
    );
    const line = lines.map((l) => JSON.parse(l)).find((l) => l.audit === "operations:cancel");
    assert.deepEqual([line.operation, line.who, line.why], [id, "root", "the lamp is on fire"]);
  });
});
