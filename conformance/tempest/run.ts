import { spawn } from "node:child_process";
import { rmSync } from "node:fs";
import { mkdtemp, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { run } from "../client.ts";
import { type Configuration, iniOf } from "./configuration.ts";
import type { Result } from "./results.ts";

const reader = fileURLToPath(new URL("./results.py", import.meta.url));

export interface Selection {
  readonly tests: RegExp;
  readonly only?: RegExp;
  readonly concurrency: number;
  /** Hears tempest's own words as they come. */
  hear(text: string): void;
}

/** Runs tests of tempest in a workspace of their own, which is taken away afterwards. */
export async function runTempest(configuration: Configuration, selection: Selection): Promise<Result[]> {
  const dir = await mkdtemp(join(tmpdir(), "tempest-"));
  const env = cleanEnvironment(dir);
  const drop = () => rmSync(dir, { recursive: true, force: true });
  process.once("exit", drop); // also when somebody stops this program
  const space = join(dir, "space");
  try {
    await run("tempest", ["init", space], { env });
    await writeFile(join(space, "etc/tempest.conf"), iniOf({ ...own(dir), ...configuration }));
    const tests = await listed(space, env, selection);
    if (tests.length === 0) throw new Error(`no test is called ${selection.only ?? selection.tests}`);
    await writeFile(join(dir, "tests"), `${tests.join("\n")}\n`);
    await tempest(
      space,
      env,
      ["run", "--load-list", join(dir, "tests"), "--concurrency", String(selection.concurrency)],
      selection,
    );
    return await resultsOf(space, env);
  } finally {
    process.off("exit", drop);
    drop();
  }
}

/** No cloud but the one that is tested is known, and nothing is kept in anybody's home. */
function cleanEnvironment(home: string): NodeJS.ProcessEnv {
  const kept = Object.entries(process.env).filter(([name]) => !/^(OS|CRUNCH|PYTHON)/.test(name));
  return { ...Object.fromEntries(kept), HOME: home, LANG: "C.UTF-8" };
}

function own(dir: string): Configuration {
  return {
    DEFAULT: { log_file: join(dir, "tempest.log"), use_stderr: false, debug: false },
    oslo_concurrency: { lock_path: join(dir, "lock") },
  };
}

/** What is there of the suite; tests that call themselves slow are left out, as they were for the reference. */
async function listed(space: string, env: NodeJS.ProcessEnv, { tests, only }: Selection): Promise<string[]> {
  const { out } = await exactly(space, env, ["run", "--list-tests"]);
  const all = out.split("\n").filter((line) => tests.test(line) && !/\[.*\bslow\b.*\]/.test(line));
  return all.filter((line) => !only || only.test(line));
}

async function exactly(space: string, env: NodeJS.ProcessEnv, words: readonly string[]) {
  let out = "";
  const code = await tempest(space, env, words, { hear: (text) => (out += text) });
  if (code !== 0) throw new Error(`tempest ${words.join(" ")} ended with ${code}:\n${out.slice(-3000)}`);
  return { out };
}

/** In a group of its own, so that it ends with all its workers when this program is told to stop. */
async function tempest(
  cwd: string,
  env: NodeJS.ProcessEnv,
  words: readonly string[],
  { hear }: Pick<Selection, "hear">,
) {
  const child = spawn("tempest", words, { cwd, env, stdio: ["ignore", "pipe", "pipe"], detached: true });
  const end = () => process.kill(-child.pid!, "SIGKILL");
  process.once("exit", end);
  for (const stream of [child.stdout, child.stderr]) stream.setEncoding("utf8").on("data", hear);
  const code = await new Promise<number>((then, fail) =>
    child.once("error", fail).once("close", (c) => then(c ?? 137)),
  );
  process.off("exit", end);
  return code;
}

async function resultsOf(space: string, env: NodeJS.ProcessEnv): Promise<Result[]> {
  const last = 'cd "$1" && stestr last --subunit | /usr/bin/python3 "$2"';
  const { out } = await run("sh", ["-c", last, "sh", space, reader], { env });
  return out
    .split("\n")
    .filter((line) => line !== "")
    .map((line) => JSON.parse(line) as Result);
}
