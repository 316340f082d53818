import assert from "node:assert/strict";
import { test } from "node:test";
import { Refused } from "#platform/service/driver.ts";
import { slotCount, slotsFor, withoutSlot, withSlot } from "./slots.ts";

test("a device keeps its slot, and a slot that is free again is given away", () => {
  const first = slotsFor(["a", "b", "c"], {});
  assert.deepEqual(first, { a: 1, b: 2, c: 3 });
  assert.deepEqual(slotsFor(["c", "d"], first), { c: 3, d: 1 });
  assert.deepEqual(withSlot(withoutSlot(first, "b"), "d"), { a: 1, c: 3, d: 2 });
});

test("a device that has a slot changes nothing", () => {
  const slots = { a: 1 };
  assert.equal(withSlot(slots, "a"), slots);
});

test("more devices than slots are refused", () => {
  const all = Array.from({ length: slotCount }, (_, at) => `disk-${at}`);
  assert.throws(() => withSlot(slotsFor(all, {}), "one more"), Refused);
});
