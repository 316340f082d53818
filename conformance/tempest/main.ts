// npm run conformance -- identity: the real service's own suites against a cloud, beside what the real one scores.
import { mkdir, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { Command, InvalidArgumentError, Option } from "commander";
import { adminOf, openApi } from "./api.ts";
import { startCloud } from "./cloud.ts";
import { type Compared, compare } from "./compare.ts";
import { compliance, configurationOf, images } from "./configuration.ts";
import { installTempest } from "./packages.ts";
import { prepare } from "./prepare.ts";
import { failures, report } from "./report.ts";
import { csvOf, type Result, readReference } from "./results.ts";
import { runTempest } from "./run.ts";
import { suites } from "./suites.ts";
import { serveImage } from "./web.ts";

interface Options {
  readonly only?: RegExp;
  readonly url?: string;
  readonly listFailures?: true;
  readonly keep?: string;
  readonly concurrency: number;
  readonly verbose?: true;
}

await new Command("conformance")
  .description("Runs tempest's tests of services against a cloud, and says how it scores beside the real OpenStack.")
  .argument("[services...]", `which: ${Object.keys(suites).join(", ")} (all of them when none is named)`)
  .addOption(new Option("--only <pattern>", "of the tests only those whose name matches").argParser(pattern))
  .option(
    "--url <url>",
    "a cloud that runs already (identity's root), with the OS_… of its administrator's openrc; else one is started, and removed",
  )
  .option("--list-failures", "print only the tests that fail, one in a line")
  .option("--keep <folder>", "write <service>.csv (as a reference is written) and <service>.failures there")
  .addOption(new Option("--concurrency <n>", "how many tests at a time").argParser(Number).default(2))
  .option("--verbose", "tempest's own words as they come")
  .action(main)
  .parseAsync();

function pattern(text: string): RegExp {
  try {
    return new RegExp(text);
  } catch (why) {
    throw new InvalidArgumentError((why as Error).message);
  }
}

async function main(named: readonly string[], options: Options) {
  const chosen = named.length > 0 ? named : Object.keys(suites);
  for (const name of chosen) if (!Object.hasOwn(suites, name)) throw new Error(`there is no suite for ${name}`);
  await installTempest(chosen.map((name) => suites[name]!));
  const cloud = options.url ? undefined : await startCloud({ ...compliance.settings, ...images });
  const web = await serveImage();
  for (const signal of ["SIGINT", "SIGTERM"] as const)
    process.once(signal, () => void stop().then(() => process.exit(130)));
  const stop = async () => {
    await web.close();
    await cloud?.stop();
  };
  try {
    const api = await openApi(cloud?.admin ?? adminOf({ ...process.env, OS_AUTH_URL: options.url }));
    const ground = await prepare(api);
    try {
      const known = cloud ? compliance.tempest : undefined;
      const configuration = await configurationOf({
        api,
        ground,
        web: web.url,
        compliance: known,
        own: cloud !== undefined,
      });
      for (const name of chosen) await runOne(name, configuration, options);
    } finally {
      await ground.undo();
    }
  } finally {
    await stop();
  }
}

async function runOne(service: string, configuration: Parameters<typeof runTempest>[0], options: Options) {
  const { only, concurrency, verbose } = options;
  const began = Date.now();
  const hear = (text: string) => void (verbose && process.stderr.write(text));
  const results = await runTempest(configuration, { tests: suites[service]!.tests, only, concurrency, hear });
  const reference = (await readReference(service)).filter(({ test }) => !only || only.test(test));
  const compared = compare(results, reference, suites[service]!.excused);
  console.log(options.listFailures ? failures(compared) : report(service, compared, (Date.now() - began) / 1000));
  if (options.keep) await keep(options.keep, service, results, compared);
  if (compared.worse.length > 0) process.exitCode = 1;
}

async function keep(folder: string, service: string, results: readonly Result[], compared: Compared) {
  await mkdir(folder, { recursive: true });
  await writeFile(join(folder, `${service}.csv`), csvOf(results));
  await writeFile(join(folder, `${service}.failures`), failures(compared));
}
