import assert from "node:assert/strict";
import { test } from "node:test";
import { testCloud } from "#test/cloud.ts";
import { furnish } from "./furniture.ts";

test("every loop run twice changes nothing the second time", async () => {
  const cloud = await testCloud();
  await furnish(cloud);
  for (const name of cloud.spine.loops.names) {
    await cloud.runLoop(name);
    await cloud.settle();
    assert.deepEqual(await cloud.runLoop(name), { changed: 0 }, name);
  }
  await cloud.stop();
});
