import assert from "node:assert/strict";
import { readFile } from "node:fs/promises";
import { test } from "node:test";
import { pages } from "../../tools/docs.ts";

test("the generated pages equal a fresh generation (npm run docs writes them)", async () => {
  for (const [name, text] of pages()) {
    const known = await readFile(new URL(`../../docs/api/${name}`, import.meta.url), "utf8").catch(() => "");
    assert.equal(known, text, `docs/api/${name} is old`);
  }
});
