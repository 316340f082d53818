import assert from "node:assert/strict";
import { test } from "node:test";
import { run } from "./netns.ts";

test("a command that fails is told of with all that it said, however late that was read", async () => {
  const whenItIsGone = "(while kill -0 $$ 2>/dev/null; do :; done; echo too late >&2) & exit 1";
  await assert.rejects(run(["sh", "-c", whenItIsGone]), /^Error: sh: too late$/);
});
