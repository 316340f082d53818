import assert from "node:assert/strict";
import { spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { type TestContext, test } from "node:test";
import { Unavailable } from "./driver.ts";
import { remembering } from "./remember.ts";

interface Lamp {
  since: number;
  by: Set<string>;
}

function lamps() {
  const lit = new Map<string, Lamp>();
  const warm = new Set<string>();
  const hearers = new Set<(event: { lamp: string }) => void>();
  return {
    lit,
    warm,
    async light(name: string) {
      lit.set(name, { since: 1, by: new Set(["me"]) });
      warm.add(name);
      for (const hear of hearers) hear({ lamp: name });
    },
    async brighten(name: string, by: string) {
      const it = lit.get(name);
      if (!it) throw new Error(`there is no lamp ${name}`);
      it.since += 1;
      it.by.add(by);
    },
    async dark(name: string) {
      lit.delete(name);
      warm.delete(name);
    },
    /** The program stands still in the middle of its work, as a stopped one does. */
    async lightAsleep(name: string) {
      lit.set(name, { since: 1, by: new Set() });
      Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, 2100);
    },
    async names() {
      return [...lit.keys()];
    },
    watch(hear: (event: { lamp: string }) => void) {
      hearers.add(hear);
      return () => hearers.delete(hear);
    },
  };
}

async function world(t: TestContext) {
  const dir = await mkdtemp(join(tmpdir(), "world-"));
  t.after(() => rm(dir, { recursive: true }));
  const file = join(dir, "deep", "lamps.db");
  return { file, open: () => remembering(lamps(), file, ["lit", "warm"]) };
}

test("a simulated world is there when the program comes back", async (t) => {
  const { open } = await world(t);
  await open().light("hall");
  const again = open();
  assert.deepEqual([...again.lit], [["hall", { since: 1, by: new Set(["me"]) }]]);
  assert.deepEqual([...again.warm], ["hall"]);
});

test("programs that share a world see at once what the other does, also what it changes in place", async (t) => {
  const { open } = await world(t);
  const [one, two] = [open(), open()];
  await one.light("hall");
  await two.brighten("hall", "two");
  await one.brighten("hall", "one");
  await two.names();
  assert.deepEqual(two.lit.get("hall"), { since: 3, by: new Set(["me", "two", "one"]) });
  await two.dark("hall");
  assert.deepEqual(await one.names(), []);
  assert.deepEqual([...one.warm], []);
});

test("nothing is lost when many calls of two programs meet", async (t) => {
  const { open } = await world(t);
  const [one, two] = [open(), open()];
  await one.light("hall");
  const calls = Array.from({ length: 300 }, (_, at) => (at % 2 ? one : two).brighten("hall", String(at)));
  await Promise.all(calls);
  assert.equal((await open().names()).length, 1);
  assert.equal(open().lit.get("hall")?.since, 301);
});

test("what a driver tells is heard in every program, once", async (t) => {
  const { open } = await world(t);
  const [one, two] = [open(), open()];
  const heard: string[] = [];
  const stop = one.watch(({ lamp }) => void heard.push(`one ${lamp}`));
  const { promise, resolve } = Promise.withResolvers<void>();
  two.watch(({ lamp }) => {
    heard.push(`two ${lamp}`);
    resolve();
  });
  await one.light("hall");
  await promise;
  assert.deepEqual(heard, ["one hall", "two hall"]);
  stop();
  await one.light("door");
  assert.equal(heard.includes("one door"), false);
});

test("a call waits a moment for a program that stands still in the world, and is Unavailable then", async (t) => {
  const { file, open } = await world(t);
  const mine = open();
  const hold = `const { DatabaseSync } = require("node:sqlite"); new DatabaseSync(process.argv[1]).exec("begin immediate"); console.log("held"); setInterval(() => {}, 1000);`;
  const other = spawn(process.execPath, ["--no-warnings", "-e", hold, file], { stdio: ["ignore", "pipe", "inherit"] });
  await once(other.stdout, "data");
  await assert.rejects(mine.light("hall"), Unavailable);
  other.kill("SIGKILL");
  await once(other, "exit");
  await mine.light("hall");
  assert.deepEqual(await open().names(), ["hall"]);
});

test("a call whose program stood still for long in the middle of it changes nothing", async (t) => {
  const { open } = await world(t);
  const mine = open();
  await assert.rejects(mine.lightAsleep("hall"), Unavailable);
  assert.deepEqual(await mine.names(), []);
  await mine.light("door");
  assert.deepEqual(await open().names(), ["door"]);
});

test("programs that make a world at one moment all come to have it", async (t) => {
  const { file } = await world(t);
  const at = (name: string) => JSON.stringify(new URL(name, import.meta.url).href);
  const make = `
    const [{ openWorld }, { watchedPart }] = await Promise.all([import(${at("./world-file.ts")}), import(${at("./remembered.ts")})]);
    console.log("ready");
    process.stdin.once("data", () => {
      openWorld(process.argv[1], [watchedPart("all", new Map())], () => {});
      process.exit(0);
    });`;
  for (const name of ["one", "two", "three", "four", "five"]) {
    const words = ["--no-warnings", "--input-type=module", "-e", make, `${file}-${name}`];
    const all = Array.from({ length: 3 }, () => spawn(process.execPath, words, { stdio: ["pipe", "pipe", "inherit"] }));
    await Promise.all(all.map((it) => once(it.stdout, "data")));
    const ends = all.map((it) => once(it, "exit"));
    for (const it of all) it.stdin.write("go");
    for (const [code] of await Promise.all(ends)) assert.equal(code, 0);
  }
});
