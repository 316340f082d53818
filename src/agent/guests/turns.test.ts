import assert from "node:assert/strict";
import { test } from "node:test";
import { newTurns } from "./turns.ts";

test("one thing's calls come one after the other, also after one that failed; other things do not wait", async () => {
  const turns = newTurns();
  const done: string[] = [];
  const gate = Promise.withResolvers<void>();
  const first = turns.take("a", () => gate.promise.then(() => done.push("a1")));
  const failed = turns.take("a", () => Promise.reject(new Error("no")));
  const last = turns.take("a", async () => done.push("a3"));
  await turns.take("b", async () => done.push("b"));
  gate.resolve();
  await assert.rejects(failed, { message: "no" });
  await Promise.all([first, last]);
  assert.deepEqual(done, ["b", "a1", "a3"]);
});

test("a call whose signal fires while it waits gives up its turn", async () => {
  const turns = newTurns();
  const [gate, stop] = [Promise.withResolvers<void>(), new AbortController()];
  const first = turns.take("a", () => gate.promise);
  const second = turns.take("a", () => assert.fail("it was too late"), stop.signal);
  stop.abort(new Error("too late"));
  gate.resolve();
  await first;
  await assert.rejects(second, { message: "too late" });
});
