import assert from "node:assert/strict";
import { test } from "node:test";
import { fewAtOnce } from "./few.ts";

test("so many work at once, in their order, whatever becomes of them", async () => {
  const few = fewAtOnce(2);
  const begun: number[] = [];
  const gates = [0, 1, 2, 3].map(() => Promise.withResolvers<number>());
  const stop = new AbortController();
  const calls = gates.map(({ promise }, n) =>
    few(
      () => {
        begun.push(n);
        return promise;
      },
      n === 2 ? stop.signal : undefined,
    ),
  );
  await Promise.resolve();
  assert.deepEqual(begun, [0, 1]);
  stop.abort(new Error("enough"));
  gates[1]!.reject(new Error("bad"));
  await assert.rejects(calls[1]!, { message: "bad" });
  await assert.rejects(calls[2]!, { message: "enough" });
  gates[0]!.resolve(0);
  gates[3]!.resolve(3);
  assert.deepEqual(await Promise.all([calls[0], calls[3]]), [0, 3]);
  assert.deepEqual(begun, [0, 1, 3]);
  assert.equal(await few(async () => "again"), "again");
});
