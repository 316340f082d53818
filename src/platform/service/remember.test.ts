import assert from "node:assert/strict";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { test } from "node:test";
import { remembering } from "./remember.ts";

function lamps() {
  const lit = new Map<string, { since: number; by: Set<string> }>();
  return {
    lit,
    async light(name: string) {
      lit.set(name, { since: 1, by: new Set(["me"]) });
    },
  };
}

test("a simulated world is there when the program comes back", async () => {
  const dir = await mkdtemp(join(tmpdir(), "world-"));
  const file = join(dir, "deep", "lamps.json");
  await remembering(lamps(), file, ["lit"]).light("hall");
  await new Promise((then) => setImmediate(() => setImmediate(then)));
  const again = remembering(lamps(), file, ["lit"]);
  assert.deepEqual([...again.lit], [["hall", { since: 1, by: new Set(["me"]) }]]);
  await rm(dir, { recursive: true });
});
