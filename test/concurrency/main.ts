// Random concurrency: npm run concurrency -- --seed N --operations N [--hosts N] [--clients N] [--shrink MINUTES]
import { mkdir, writeFile } from "node:fs/promises";
import { cpus } from "node:os";
import { parseArgs } from "node:util";
import { stopTestServer } from "#test/database.ts";
import { operationsOf } from "./operations.ts";
import { type Options, run } from "./run.ts";
import { shrink } from "./shrink.ts";

const { values } = parseArgs({
  options: {
    seed: { type: "string", default: String(Date.now() % 1_000_000) },
    operations: { type: "string", default: "10000" },
    hosts: { type: "string", default: "100" },
    clients: { type: "string", default: "32" },
    shrink: { type: "string", default: "20" },
  },
});
const [seed, count] = [Number(values.seed), Number(values.operations)];
const say = (text: string) => void process.stderr.write(`${text}\n`);
const options: Options = {
  hosts: Number(values.hosts),
  clients: Number(values.clients),
  batch: 200,
  rest: 2000,
  say,
};
process.on("unhandledRejection", (why) => {
  say(`nobody handled: ${why instanceof Error ? why.stack : String(why)}`);
  process.exitCode = 1;
});

say(`seed ${seed}: ${count} operations by ${options.clients} clients on ${options.hosts} hosts`);
const begun = Date.now();
const operations = operationsOf(seed, count);
const outcome = await run(operations, options);
const seconds = Math.round((Date.now() - begun) / 1000);
if (outcome.wrong.length === 0) await keep();
else await tell();
await stopTestServer();
process.exit();

async function keep() {
  const file = new URL("../../bench/results/concurrency.json", import.meta.url);
  const result = {
    command: `npm run concurrency -- --seed ${seed} --operations ${count}`,
    at: new Date(begun).toISOString(),
    machine: { cpus: cpus().length, model: cpus()[0]?.model },
    ...{ seed, operations: count, clients: options.clients, hosts: options.hosts, processes: 2, seconds },
    ...outcome.counts,
    wrong: 0,
  };
  say(`nothing was wrong in ${seconds} s: ${JSON.stringify(outcome.counts)}`);
  if (count < 10_000) return;
  await mkdir(new URL(".", file), { recursive: true });
  await writeFile(file, `${JSON.stringify(result, null, 2)}\n`);
}

async function tell() {
  process.exitCode = 1;
  say(`wrong after ${outcome.after} operations (${seconds} s):\n${outcome.wrong.join("\n")}`);
  say(`to repeat it: npm run concurrency -- --seed ${seed} --operations ${outcome.after}`);
  const until = Date.now() + Number(values.shrink) * 60_000;
  const failed = operations.slice(0, outcome.after);
  const least = await shrink(
    failed,
    async (part) => (await run(part, { ...options, say: undefined })).wrong.length > 0,
    until,
  );
  if (least.length === failed.length) return say("no smaller list of operations failed too");
  const { wrong } = await run(least, { ...options, say: undefined });
  say(
    `${least.length} operations are enough:\n${least.map((it) => JSON.stringify(it)).join("\n")}\n${wrong.join("\n")}`,
  );
}
