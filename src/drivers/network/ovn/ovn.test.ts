import { describe } from "node:test";
import { networkLaws } from "#services/network/driver.laws.ts";
import { bench, cannotRun } from "./bench.testkit.ts";

const why = cannotRun();
if (why) describe.skip(`OVN keeps the laws of a network driver: ${why}`);
else networkLaws("OVN", () => bench());
