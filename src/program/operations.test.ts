import assert from "node:assert/strict";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { type TestContext, test } from "node:test";
import type { Operation } from "#platform/operation/operation.ts";
import type { Listing, Story } from "#platform/operation/operations.ts";
import { Unavailable } from "#platform/service/driver.ts";
import { testCloud } from "#test/cloud.ts";
import { toy, toyDriver } from "#test/toy/toy.ts";
import { type Asked, askControl, serveControl } from "./control.ts";
import { endedInWords, motionInWords, storyInWords } from "./operations.view.ts";

/** A running program as its command line sees it: with one lamp that cannot be lit. */
async function controlled(t: TestContext) {
  const driver = toyDriver();
  const { light } = driver;
  driver.light = async () => {
    throw new Unavailable("the bulb is \u001b[31mcold");
  };
  const cloud = await testCloud({ services: [toy], drivers: { toy: driver } });
  const { id: lamp } = (await cloud.call("POST", "/toy/v1/lamps", { body: { lamp: { name: "a" } } })).body;
  await cloud.settle();
  const folder = await mkdtemp(join(tmpdir(), "control-"));
  const socket = join(folder, "control.sock");
  const { operations } = cloud.spine;
  const rest = { status: async () => ({}), leftovers: async () => [], stop: async () => {} };
  const server = await serveControl(socket, { operations, ...rest });
  t.after(async () => {
    await new Promise((then) => server.close(then));
    await cloud.stop();
    await rm(folder, { recursive: true });
  });
  const ask = async <T>(path: string, more: object = {}) => (await askControl(socket, path, more as Asked)) as T;
  const heal = () => Object.assign(driver, { light });
  return { cloud, lamp, ask, heal };
}

test("the command line lists what is in motion and tells each step", async (t) => {
  const { lamp, ask } = await controlled(t);
  const { open, count } = await ask<Listing>("/operations", { all: true });
  const [title, head, row, why, next] = motionInWords(open, count).split("\n");
  assert.deepEqual([title, why], ["In motion: 1", "      why:  the bulb is [31mcold"]);
  assert.match(head!, /^ID {2}OPERATION +SUBJECT +STEP +ATTEMPT +SINCE +UNTIL$/);
  assert.ok(row!.includes(`toy.lamp.light  ${lamp}  light  2`), row);
  assert.match(next!, /^ {6}next: step light is tried again at .*; if it is not done by 2026-11-20T12:00:30Z/);
  assert.match(motionInWords(open, 3), /… and 2 more/);
  const story = storyInWords(await ask<Story>("/operations/show", { id: open[0]!.id }));
  assert.match(story, /^count +do +1 .* done$/m);
  assert.match(story, /^light +do +1 .* again +the bulb is \[31mcold$/m);
  assert.match(story, /^To come: settle \(10 s\)$/m);
  assert.deepEqual((await ask<Listing>("/operations", { subject: "another" })).open, []);
});

test("the command line changes what is in motion, and says who and why", async (t) => {
  const { cloud, lamp, ask, heal } = await controlled(t);
  const [it] = (await ask<Listing>("/operations")).open;
  const { id } = it!;
  await assert.rejects(ask("/operations/retry", { id }), /who asks/);
  await assert.rejects(ask("/operations/retry", { id: "1; drop", who: "me" }), /has a number/);
  await assert.rejects(ask("/operations/finish", { id, as: "done", who: "me" }), /needs a reason/);
  await assert.rejects(ask("/operations/finish", { id, as: "lit", who: "me", why: "so" }), /as done or as failed/);
  await assert.rejects(ask("/operations/cancel", { id: id + 1, who: "me" }), /there is no operation/);
  await assert.rejects(ask("/operations/steal", { id }), /no such question/);
  heal();
  assert.equal((await ask<Operation>("/operations/retry", { id, who: "me" })).state, "running");
  await cloud.settle();
  assert.equal((await cloud.call("GET", `/toy/v1/lamps/${lamp}`)).body.lamp.state, "lit");
  assert.equal(motionInWords([], 0), "Nothing is in motion.");
  assert.match(endedInWords((await ask<Listing>("/operations", { all: true })).ended), /toy\.lamp\.light +\S+ +done/);
});
