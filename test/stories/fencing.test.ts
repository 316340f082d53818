import assert from "node:assert/strict";
import { spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, test } from "node:test";
import { fileURLToPath } from "node:url";
import { stopTestServer, testDatabase } from "#test/database.ts";
import type { Behaviour } from "#test/toy/process.ts";
import { toy } from "#test/toy/toy.ts";

const script = fileURLToPath(new URL("../toy/process.ts", import.meta.url));
const platform = { owner: "platform", folder: new URL("../../src/platform/store/migrations/", import.meta.url) };
after(stopTestServer);

test("a process that slept through the end of its lease changes nothing when it wakes", async (t) => {
  const { database, url, drop } = await testDatabase([platform, { owner: "toy", folder: toy.migrations }]);
  const folder = await mkdtemp(join(tmpdir(), "lamps-"));
  await writeFile(join(folder, "calls"), "");
  // Their time passes eight times as fast, so that a lease ends in four seconds.
  const time = { speed: 8, since: Date.now() };
  const start = async (more: Behaviour) => {
    const started = await startProcess(url, folder, { ...time, ...more });
    t.after(() => started.child.kill("SIGKILL"));
    return started;
  };

  const sleeper = await start({ lightMs: 1500 });
  const { id } = await ask(sleeper.url, "POST", "/lamps", { lamp: { name: "a" } });
  await until(async () => (await calls(folder)).includes(`begin ${id}`));
  sleeper.child.kill("SIGSTOP");
  assert.ok(!(await calls(folder)).includes(`end ${id}`), "it sleeps in the middle of its call");

  const heir = await start({ refuses: true });
  await until(async () => (await lamp(heir.url, id)).state === "error");
  const before = await story(database);
  assert.deepEqual([before.state, before.fence], ["failed", 2]);

  sleeper.child.kill("SIGCONT");
  await until(async () => (await calls(folder)).includes(`end ${id}`));
  await stop(sleeper.child);
  assert.deepEqual(await story(database), before, "the call that succeeded too late is not noted");
  const { state, made, fault } = await lamp(heir.url, id);
  assert.deepEqual({ state, made }, { state: "error", made: 0 });
  // The lease and the step's deadline end at almost the same moment: the heir still tries, or turns back at once.
  assert.match(fault ?? "", /^(the bulb is broken|it was not done within 30 s)$/);
  await stop(heir.child);
  await rm(folder, { recursive: true });
  await drop();
});

async function startProcess(database: string, folder: string, behaviour: Behaviour) {
  const args = ["--no-warnings", script, database, folder, JSON.stringify(behaviour)];
  const child = spawn(process.execPath, args, { stdio: ["ignore", "pipe", "inherit"] });
  const [line] = (await once(child.stdout!.setEncoding("utf8"), "data")) as [string];
  return { child, url: line.trim() };
}

async function stop(child: ReturnType<typeof spawn>) {
  child.kill("SIGTERM");
  if (child.exitCode === null && child.signalCode === null) await once(child, "exit");
}

async function ask(url: string, method: string, path: string, body?: object) {
  const headers = { "x-auth-token": "any", "content-type": "application/json" };
  const answer = await fetch(`${url}/toy/v1${path}`, { method, headers, ...(body && { body: JSON.stringify(body) }) });
  return (await answer.json()) as { id: string; lamp: { state: string; made: number; fault: string | null } };
}

const lamp = async (url: string, id: string) => (await ask(url, "GET", `/lamps/${id}`)).lamp;
const calls = (folder: string) => readFile(join(folder, "calls"), "utf8");

/** The saga and all its steps. */
async function story({ pool }: Awaited<ReturnType<typeof testDatabase>>["database"]) {
  const { rows } = await pool.query("select id, state, step, fence::int, error from platform_sagas");
  const steps = await pool.query("select step, way, attempt, outcome, reason from platform_saga_steps order by id");
  return { ...rows[0], steps: steps.rows };
}

async function until(holds: () => Promise<boolean>) {
  const end = Date.now() + 60_000;
  while (!(await holds())) assert.ok(Date.now() < end, "it takes too long");
}
