import assert from "node:assert/strict";
import { test } from "node:test";
import { readVersion } from "./version.ts";

test("versions are read as they are meant", () => {
  const pairs = [
    ["1", "1.0.0"],
    ["1.2", "1.2.0"],
    ["01.02.3", "1.2.3"],
    ["1.2.3.4", "1.2.3+4"],
    ["1.0-beta.2+x.y", "1.0.0-beta.2+x.y"],
    ["2beta", "2.0.0-beta"],
    ["1.0 final", "1.0.0-final"],
  ] as const;
  for (const [text, version] of pairs) assert.equal(readVersion(text).version, version);
});

test("what is no version says why", () => {
  assert.throws(() => readVersion("dummy"), /lacks a numerical component/);
  assert.throws(() => readVersion(""), /lacks a numerical component/);
  assert.throws(() => readVersion("1.0.70000"), /too large/);
  assert.throws(() => readVersion("1.0.0-a..b"), /Invalid version/);
  assert.throws(() => readVersion("1.0.0-01"), /leading zero/);
});

test("keys sort as versions do", () => {
  const ordered = [
    "0.0.9",
    "0.9.0-2",
    "0.9.0-10",
    "0.9.0-alpha",
    "0.9.0-alpha.1",
    "0.9.0-alpha.beta",
    "0.9.0-alpha-1",
    "0.9.0-beta",
    "0.9.0-beta.2",
    "0.9.0-beta.11",
    "0.9.0-rc.1",
    "0.9.0",
    "0.10.0",
    "1.0.0",
    "10.0.0",
  ];
  const bytes = (text: string) => Buffer.from(readVersion(text).versionKey);
  const sorted = [...ordered].reverse().sort((a, b) => bytes(a).compare(bytes(b)));
  assert.deepEqual(sorted, ordered);
});
