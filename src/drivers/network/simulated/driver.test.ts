import assert from "node:assert/strict";
import { test } from "node:test";
import { networkLaws } from "#services/network/driver.laws.ts";
import { simulatedNetwork } from "./driver.ts";

networkLaws("the simulated network", () => ({ driver: simulatedNetwork(), host: "h1", end: async () => {} }));

test("a fault throws as often as it was asked to", async () => {
  const driver = simulatedNetwork();
  driver.faults.set("dropPort", { how: "throw", times: 1 });
  await assert.rejects(driver.dropPort("p1"), { name: "Unavailable" });
  await driver.dropPort("p1");
});
