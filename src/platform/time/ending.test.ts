import assert from "node:assert/strict";
import { test } from "node:test";
import { newLog } from "#platform/log/log.ts";
import { endAll } from "./ending.ts";

test("what fails to end, or never does, keeps nothing else from its end, and is told of", async () => {
  const said: string[] = [];
  const log = newLog({ base: undefined }, { write: (line) => void said.push(JSON.parse(line).what) });
  const ended: string[] = [];
  const ends = [
    ["a guest", () => Promise.reject(new Error("no space left on device"))],
    ["a daemon", () => new Promise(() => {})],
    [
      "a socket",
      () => {
        throw new Error("there is none");
      },
    ],
    ["the database", async () => void ended.push("the database")],
  ] as const;
  await endAll(log, ends, 20);
  assert.deepEqual(ended, ["the database"]);
  assert.deepEqual(said, ["a guest", "a daemon", "a socket"]);
});
