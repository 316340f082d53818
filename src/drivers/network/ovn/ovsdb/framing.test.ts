import assert from "node:assert/strict";
import { test } from "node:test";
import { jsonFrames } from "./framing.ts";

const texts = ['{"a":[1,{"b":"}"}]}', '["\\"]", {}]', '{"ü":"\\\\"}'];

test("texts are cut apart wherever the stream is broken", () => {
  const bytes = Buffer.from(texts.join(""));
  for (let size = 1; size <= bytes.length; size++) {
    const heard: string[] = [];
    const hear = jsonFrames((text) => heard.push(text));
    for (let at = 0; at < bytes.length; at += size) hear(bytes.subarray(at, at + size));
    assert.deepEqual(heard, texts);
  }
});
