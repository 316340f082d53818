import assert from "node:assert/strict";
import { test } from "node:test";
import { fuzzImages, misjudged } from "./run.ts";

test("every trick of the corpus is refused, and every honest image is taken", () => {
  assert.deepEqual(
    misjudged().map(({ name }) => name),
    [],
  );
});

test("spoilt headers never crash or hang the inspector, and what passes stands alone for QEMU", async () => {
  const { failures, passed, refused, judged } = await fuzzImages({ seed: 5, cases: 3000, judged: 25 });
  assert.deepEqual(failures, []);
  assert.ok(passed > 100 && refused > 100 && judged > 20, `${passed} ${refused} ${judged}`);
});
