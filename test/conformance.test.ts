import assert from "node:assert/strict";
import { describe, test } from "node:test";
import { compare } from "../conformance/tempest/compare.ts";
import { iniOf } from "../conformance/tempest/configuration.ts";
import { failures, report } from "../conformance/tempest/report.ts";
import { csvOf, type Result, readReference, resultsFrom } from "../conformance/tempest/results.ts";
import { suites } from "../conformance/tempest/suites.ts";

const result = (test: string, status: Result["status"], reason = ""): Result => ({
  test: `tempest.api.identity.${test}`,
  id: `id of ${test}`,
  status,
  seconds: 1,
  reason,
});

describe("a run of the real service's suite", () => {
  test("is worse where a test fails, is skipped or does not run that passes with the real service", () => {
    const reference = ["A.one", "A.two", "A.three", "A.four", "B.five"].map((name) => result(name, "pass"));
    const klass = { ...result("", "skip", "no such feature"), test: "setUpClass (tempest.api.identity.B)", id: "" };
    const mine = [result("A.one", "pass"), result("A.two", "fail", "404"), result("A.three", "skip", "off"), klass];
    const { worse } = compare(mine, reference);
    const told = worse.map(({ test, status, reason }) => [test.split(".").at(-1), status, reason]);
    assert.deepEqual(told, [
      ["two", "fail", "404"],
      ["three", "skip", "off"],
      ["four", "fail", "did not run"],
      ["five", "skip", "no such feature"],
    ]);
  });

  test("is not worse for what the real service fails or nobody has tried with it, and says what is better", () => {
    const reference = [result("A.one", "fail"), result("A.two", "skip"), result("A.three", "pass")];
    const mine = [result("A.one", "fail"), result("A.two", "pass"), result("A.three", "pass"), result("A.new", "fail")];
    const it = compare(mine, reference);
    assert.deepEqual(it.worse, []);
    assert.deepEqual(it.failed, [result("A.one", "fail"), result("A.new", "fail")]);
    assert.deepEqual(it.better, [result("A.two", "pass")]);
  });

  test("lists what is excused apart, with the reason, and never where the real service passes", () => {
    const excused = [{ why: "an older policy", is: (it: Result) => it.reason.includes("returned") }];
    const mine = [
      result("A.one", "fail", "it returned"),
      result("A.two", "fail", "it returned"),
      result("A.three", "fail", "500"),
    ];
    const it = compare(mine, [result("A.two", "pass")], excused);
    assert.deepEqual(it.worse, [mine[1]]);
    assert.deepEqual(it.failed, [mine[2]]);
    assert.deepEqual([...it.excused], [["an older policy", [mine[0]]]]);
  });

  test("lists every skip's reason with how many tests it took away", () => {
    const mine = [result("A.one", "skip", "off"), result("A.two", "skip", "off"), result("A.three", "fail", "500")];
    const compared = compare(mine, []);
    assert.match(report("identity", compared, 3), /0 passed, 1 failed, 2 skipped in 3 s[\s\S]*skipped:\n\s+2\s+off/);
    assert.equal(failures(compared), "fails  tempest.api.identity.A.three  500\n");
  });
});

test("results are written as references are read", () => {
  const results = [result("A.one", "pass"), result("A.two", "fail", 'says "no", twice')];
  assert.deepEqual(resultsFrom(csvOf(results)), results);
});

test("every suite's reference has tests of that suite", async () => {
  for (const [service, { tests }] of Object.entries(suites)) {
    const passes = (await readReference(service)).filter((r) => r.status === "pass");
    assert.ok(passes.length > 10, `${service} has ${passes.length} tests that pass in its reference`);
    for (const { test } of passes) assert.match(test, tests);
  }
});

test("a value of tempest's configuration may have a dollar sign in it", () => {
  assert.equal(iniOf({ auth: { admin_password: "a$b", use: true } }), "[auth]\nadmin_password = a$$b\nuse = true\n");
});
