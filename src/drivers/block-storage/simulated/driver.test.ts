import assert from "node:assert/strict";
import { randomUUID } from "node:crypto";
import { test } from "node:test";
import { Unavailable } from "#platform/service/driver.ts";
import { blockStorageLaws } from "#services/block-storage/driver.laws.ts";
import { simulatedBlockStorage } from "./driver.ts";

blockStorageLaws("simulated", async () => {
  const driver = simulatedBlockStorage();
  return {
    driver,
    host: "sim-1",
    image: async (text) => ({ kind: "image", path: text, format: "raw" }),
    crash: async () => driver.stopServing(),
    restarted: () => driver,
    stop: async () => undefined,
  };
});

test("a planned fault is met by the next calls only", async () => {
  const driver = simulatedBlockStorage();
  const spec = { id: randomUUID(), gib: 1, source: null };
  driver.faults.throw("create", new Unavailable("The storage is busy."), 2);
  await assert.rejects(driver.create(spec), Unavailable);
  await assert.rejects(driver.create(spec), Unavailable);
  await driver.create(spec);
  assert.equal(driver.volumes.get(spec.id)?.gib, 1);
});
