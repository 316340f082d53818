import { parseArgs } from "node:util";
import { fuzzImages, misjudged } from "./run.ts";

/** `npm run fuzz -- images`: the headers of the corpus, spoilt so many times. */
export async function main(args: string[]): Promise<number> {
  const { values } = parseArgs({
    args,
    options: {
      seed: { type: "string" },
      cases: { type: "string", default: "100000" },
      judged: { type: "string", default: "1500" },
    },
  });
  const seed = Number(values.seed ?? Math.floor(Math.random() * 2 ** 31));
  const wrong = misjudged().map(({ name }) => `the corpus: ${name} is judged wrongly`);
  const began = performance.now();
  const report = await fuzzImages({ seed, cases: Number(values.cases), judged: Number(values.judged) });
  const failures = [...wrong, ...report.failures];
  for (const why of failures.slice(0, 50)) console.log(`! ${why}`);
  const { played, refused, unknown, passed, judged, slowestMs } = report;
  console.log(`
seed     ${seed}
cases    ${played} in ${Math.round((performance.now() - began) / 1000)} s, ${failures.length} failures
judged   ${refused} refused, ${unknown} of no format, ${passed} let pass; of these ${judged} shown to QEMU
slowest  ${slowestMs.toFixed(1)} ms`);
  return failures.length === 0 ? 0 : 1;
}
