import assert from "node:assert/strict";
import { test } from "node:test";
import { applyDifference, decode, encode, readSchema } from "./values.ts";

const columns = readSchema({
  tables: {
    Some: {
      columns: {
        name: { type: "string" },
        tag: { type: { key: { type: "integer" }, min: 0, max: 1 } },
        ports: { type: { key: { type: "uuid" }, min: 0, max: "unlimited" } },
        options: { type: { key: "string", value: "string", min: 0, max: "unlimited" } },
      },
    },
  },
}).get("Some")!;

test("a value is the same after its way over the wire", () => {
  const values = { name: "a", tag: null, ports: new Set(["1", "2"]), options: new Map([["k", "v"]]) };
  for (const [column, value] of Object.entries(values)) {
    const type = columns.get(column)!;
    assert.deepEqual(decode(type, encode(type, value)), value);
  }
  assert.equal(decode(columns.get("tag")!, 7), 7);
  assert.deepEqual(decode(columns.get("ports")!, ["uuid", "1"]), new Set(["1"]));
});

test("a difference toggles members of a set, and sets or removes entries of a map", () => {
  const ports = applyDifference(columns.get("ports")!, new Set(["1", "2"]), new Set(["2", "3"]));
  assert.deepEqual(ports, new Set(["1", "3"]));
  const was = new Map([
    ["gone", "x"],
    ["changed", "old"],
  ]);
  const difference = new Map([
    ["gone", "x"],
    ["changed", "new"],
    ["added", "y"],
  ]);
  const options = applyDifference(columns.get("options")!, was, difference);
  assert.deepEqual(
    options,
    new Map([
      ["changed", "new"],
      ["added", "y"],
    ]),
  );
  assert.equal(applyDifference(columns.get("name")!, "a", "b"), "b");
});
