import type { Compared } from "./compare.ts";
import type { Result } from "./results.ts";

/** What a run says at its end. */
export function report(service: string, it: Compared, seconds: number): string {
  const { count, reference } = it;
  const score = ({ pass, fail, skip }: Compared["count"]) => `${pass} passed, ${fail} failed, ${skip} skipped`;
  const known = reference.pass + reference.fail + reference.skip > 0;
  return [
    `${service}: ${score(count)} in ${Math.round(seconds)} s`,
    known ? `reference: ${score(reference)}` : "reference: none was measured",
    ...group("pass with the real service and not here:", it.worse.map(line)),
    ...group(
      "fail here, and do not pass with the real service either, or were never tried with it:",
      it.failed.map(line),
    ),
    ...byReason("fail, and want something else than this API:", it.excused),
    ...group(
      "pass here and not with the real service:",
      it.better.map(({ test }) => test),
    ),
    ...byReason("skipped:", it.skipped),
    "",
  ].join("\n");
}

/** One line for each test that fails, those first that the real service passes. */
export function failures({ worse, failed }: Compared): string {
  return [...worse.map((r) => `worse  ${line(r)}`), ...failed.map((r) => `fails  ${line(r)}`), ""].join("\n");
}

function group(title: string, lines: readonly string[]): string[] {
  return lines.length === 0 ? [] : ["", title, ...lines.map((it) => `  ${it}`)];
}

function byReason(title: string, all: ReadonlyMap<string, readonly Result[]>): string[] {
  return group(
    title,
    [...all].map(([why, tests]) => `${String(tests.length).padStart(4)}  ${why}`),
  );
}

function line({ test, status, reason }: Result): string {
  return `${test}  ${status === "skip" ? "skipped: " : ""}${reason}`;
}
