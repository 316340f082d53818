import type { Result } from "./results.ts";
import type { Excuse } from "./suites.ts";

export interface Compared {
  readonly count: Readonly<Record<Result["status"], number>>;
  readonly reference: Readonly<Record<Result["status"], number>>;
  /** What the real service passes and this one does not. */
  readonly worse: readonly Result[];
  /** What fails here and was not passed by the real service, or not tried. */
  readonly failed: readonly Result[];
  /** Of what fails, tests that want something else than the API that is kept here, by the reason. */
  readonly excused: ReadonlyMap<string, readonly Result[]>;
  /** What passes here and not there. */
  readonly better: readonly Result[];
  /** Skipped tests and classes by their reason. */
  readonly skipped: ReadonlyMap<string, readonly Result[]>;
}

/** Test by test: by its id and name, for some ids stand at two tests. */
export function compare(
  results: readonly Result[],
  reference: readonly Result[],
  excused: readonly Excuse[] = [],
): Compared {
  const mine = new Map(results.map((r) => [keyOf(r), r]));
  const theirs = new Map(reference.map((r) => [keyOf(r), r]));
  const worse = reference
    .filter((it) => it.status === "pass" && mine.get(keyOf(it))?.status !== "pass")
    .map((it) => mine.get(keyOf(it)) ?? withoutItsClass(it, results));
  const passedThere = new Set(worse.map(keyOf));
  const others = results.filter((it) => it.status === "fail" && !passedThere.has(keyOf(it)));
  const why = (it: Result) => excused.find((one) => one.is(it))?.why;
  const better = results.filter((it) => {
    const there = theirs.get(keyOf(it));
    return it.status === "pass" && there !== undefined && there.status !== "pass";
  });
  const skips = results.filter((it) => it.status === "skip");
  return {
    count: countOf(results),
    reference: countOf(reference),
    worse,
    failed: others.filter((it) => !why(it)),
    excused: Map.groupBy(
      others.filter((it) => why(it)),
      (it) => why(it)!,
    ),
    better,
    skipped: Map.groupBy(skips, (it) => it.reason),
  };
}

const keyOf = ({ test, id }: Result) => `${id} ${test}`;

function countOf(results: readonly Result[]) {
  const count = { pass: 0, fail: 0, skip: 0 };
  for (const { status } of results) count[status] += 1;
  return count;
}

/** A test that did not run says why its class did not. */
function withoutItsClass(it: Result, results: readonly Result[]): Result {
  const className = it.test.slice(0, it.test.lastIndexOf("."));
  const setUp = results.find((r) => r.test === `setUpClass (${className})`);
  return { ...it, status: setUp?.status ?? "fail", seconds: 0, reason: setUp?.reason ?? "did not run" };
}
