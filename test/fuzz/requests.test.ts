import assert from "node:assert/strict";
import { test } from "node:test";
import { services } from "#cloud";
import { heap, mayGrow } from "./heap.ts";
import { fuzz } from "./run.ts";
import { targetsOf } from "./target.ts";
import { openWorld } from "./world.ts";

/** Another part of all that can be asked each day; npm run fuzz asks for longer. */
const seed = Number(process.env.CRUNCH_FUZZ_SEED ?? Math.floor(Date.now() / 86_400_000));

test("bad requests are refused in each service's words, harm nothing, and leave a cloud that works", async (t) => {
  const world = await openWorld();
  t.after(() => world.stop());
  const { failures, played, warm } = await fuzz(world, targetsOf(services), {
    seed,
    cases: 1000,
    seconds: 5,
    each: 1,
  });
  assert.deepEqual(failures, [], `seed ${seed}`);
  assert.ok(played > 0);
  await world.proveSound();
  assert.ok(heap() - warm < mayGrow, `${warm} MiB became ${heap()}`);
});
