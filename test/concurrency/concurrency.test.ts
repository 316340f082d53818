import assert from "node:assert/strict";
import { test } from "node:test";
import { operationsOf } from "./operations.ts";
import { run } from "./run.ts";
import { shrink } from "./shrink.ts";

/** The short form of `npm run concurrency`. */
test("many clients, two processes that are killed, and drivers that fail leave rows and metal that agree", {
  timeout: 300_000,
}, async () => {
  const seed = Number(process.env.CRUNCH_SEED ?? 20_261_120);
  const options = { hosts: 6, clients: 32, batch: 150, rest: 600 };
  const { wrong, after, counts } = await run(operationsOf(seed, 600), options);
  assert.deepEqual(wrong, [], `repeat it: npm run concurrency -- --seed ${seed} --operations ${after} --hosts 6`);
  assert.ok(counts.kills > 0 && counts.faults > 0, "processes were killed and drivers failed");
});

test("a failing list of operations is shrunk to what makes it fail", async () => {
  const list = Array.from({ length: 100 }, (_, i) => i);
  const needs = async (part: readonly number[]) => part.includes(17) && part.includes(71);
  assert.deepEqual(await shrink(list, needs, Number.POSITIVE_INFINITY), [17, 71]);
});
