import { parseArgs } from "node:util";
import { services } from "#cloud";
import { stopTestServer } from "#test/database.ts";
import { withContracts } from "./contracts.ts";
import { heap, mayGrow } from "./heap.ts";
import { fuzz } from "./run.ts";
import { targetsOf } from "./target.ts";
import { openWorld } from "./world.ts";

if (process.argv[2] === "images") process.exit(await (await import("./images/main.ts")).main(process.argv.slice(3)));

const { values } = parseArgs({
  options: {
    seed: { type: "string" },
    cases: { type: "string", default: "5000" },
    seconds: { type: "string", default: "600" },
    /** Only targets whose names have this in them. */
    only: { type: "string", default: "" },
    /** How many cases a target gets at a time. */
    each: { type: "string", default: "4" },
    /** A folder of OpenAPI files to take shapes from too. */
    contracts: { type: "string" },
  },
});

const seed = Number(values.seed ?? Math.floor(Math.random() * 2 ** 31));
const own = targetsOf(services);
const all = values.contracts ? [...own, ...withContracts(own, values.contracts)] : own;
const targets = all.filter((t) => t.name.includes(values.only));
const world = await openWorld();
console.log(`seed ${seed}: ${targets.length} targets`);
const report = await fuzz(world, targets, {
  seed,
  cases: Number(values.cases),
  seconds: Number(values.seconds),
  each: Number(values.each),
});
for (const { target, seed, why, asked } of report.failures)
  console.log(`\n${target}  (--seed ${seed} --only "${target}")\n    ${why}\n    ${JSON.stringify(asked)}`);
const sound = await world.proveSound().then(
  () => "yes",
  (why: Error) => `NO: ${why.message}`,
);
const slowest = world.slowest();
const grown = heap() - report.warm;
console.log(`
cases    ${report.played}, ${report.failures.length} failures
answers  ${[...world.statuses]
  .sort(([a], [b]) => a - b)
  .map(([s, n]) => `${s}: ${n}`)
  .join(", ")}
slowest  ${Math.round(slowest.ms)} ms (${slowest.what})
memory   ${report.warm} MiB when warm, ${grown} MiB more at the end${grown > mayGrow ? ": TOO MUCH" : ""}
sound    ${sound}`);
await world.stop();
await stopTestServer();
process.exitCode = report.failures.length > 0 || sound !== "yes" || grown > mayGrow ? 1 : 0;
