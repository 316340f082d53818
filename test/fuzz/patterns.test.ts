import assert from "node:assert/strict";
import { test } from "node:test";
import { Ajv } from "ajv";
import { services } from "#cloud";
import { endless } from "./nasty.ts";
import type { Schema } from "./schema.ts";

test("no pattern of a schema runs away on a text that nearly fits", () => {
  const ajv = new Ajv({ strict: false, validateFormats: false });
  const slow: string[] = [];
  for (const { on, schema } of patterned()) {
    const check = ajv.compile(schema);
    for (const text of Object.values(endless(20_000))) {
      const began = performance.now();
      check(text);
      const ms = performance.now() - began;
      if (ms > 150) slow.push(`${on}: ${schema.pattern} took ${Math.round(ms)} ms on ${text.slice(0, 10)}…`);
    }
  }
  assert.deepEqual(slow, []);
});

/** Every schema of a text with a pattern, once. */
function patterned() {
  const found = new Map<string, { on: string; schema: Schema }>();
  const look = (on: string, it: unknown): void => {
    if (typeof it !== "object" || it === null) return;
    const { pattern, maxLength, minLength } = it as Schema;
    if (typeof pattern === "string") {
      const schema = {
        type: "string",
        pattern,
        ...(maxLength !== undefined && { maxLength }),
        minLength: minLength ?? 0,
      };
      found.set(JSON.stringify(schema), { on, schema });
    }
    for (const inner of Object.values(it)) look(on, inner);
  };
  for (const route of services.flatMap((s) => s.routes)) look(route.on, [route.body, route.query]);
  return found.values();
}
