import assert from "node:assert/strict";
import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtemp, readdir, readFile, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, test } from "node:test";
import { fileURLToPath } from "node:url";
import { stopTestServer, testDatabase } from "#test/database.ts";
import { toy } from "#test/toy/toy.ts";

const script = fileURLToPath(new URL("../toy/process.ts", import.meta.url));
const platform = { owner: "platform", folder: new URL("../../src/platform/store/migrations/", import.meta.url) };
after(stopTestServer);

async function start(database: string, folder: string) {
  const child = spawn(process.execPath, ["--no-warnings", script, database, folder], {
    stdio: ["ignore", "pipe", "inherit"],
  });
  const [line] = (await once(child.stdout!.setEncoding("utf8"), "data")) as [string];
  return { child, url: line.trim() };
}

const ask = (url: string, method: string, path: string, body?: object) =>
  fetch(`${url}/toy/v1${path}`, {
    method,
    headers: { "x-auth-token": "any", "content-type": "application/json" },
    ...(body && { body: JSON.stringify(body) }),
  });

async function make(url: string): Promise<string> {
  return ((await (await ask(url, "POST", "/lamps", { lamp: { name: "a" } })).json()) as { id: string }).id;
}

/** Asks a bounded number of times whether all lamps are lit. */
async function allLit(url: string, count: number): Promise<boolean> {
  const end = Date.now() + 30_000;
  while (Date.now() < end) {
    const { lamps } = (await (await ask(url, "GET", "/lamps")).json()) as { lamps: { state: string }[] };
    if (lamps.length === count && lamps.every((l) => l.state === "lit")) return true;
  }
  return false;
}

async function stop(child: ChildProcess, signal: "SIGTERM" | "SIGKILL") {
  child.kill(signal);
  if (child.exitCode === null && child.signalCode === null) await once(child, "exit");
}

for (const signal of ["SIGKILL", "SIGTERM"] as const)
  test(`two processes share the work, and one finishes what the other held when it went by ${signal}`, async () => {
    const { database, url, drop } = await testDatabase([platform, { owner: "toy", folder: toy.migrations }]);
    const folder = await mkdtemp(join(tmpdir(), "lamps-"));
    const [one, two] = await Promise.all([start(url, folder), start(url, folder)]);
    const made = await Promise.all(Array.from({ length: 60 }, (_, i) => make(i % 2 ? one.url : two.url)));
    await stop(one.child, signal);
    assert.ok(await allLit(two.url, made.length), "every lamp is lit in the end");
    assert.equal((await readdir(folder)).filter((f) => f.startsWith("lit-")).length, made.length);
    await assertOneAtATime(folder, signal === "SIGKILL");
    const { rows } = await database.pool.query("select distinct state from platform_sagas");
    assert.deepEqual(rows, [{ state: "done" }]);
    await stop(two.child, "SIGTERM");
    await rm(folder, { recursive: true });
    await drop();
  });

/** Calls for one lamp never overlap; after a kill a call that had begun may be made again, once. */
async function assertOneAtATime(folder: string, mayRepeat: boolean) {
  const lines = (await readFile(join(folder, "calls"), "utf8")).trim().split("\n");
  const begun = new Map<string, number>();
  for (const [what, id] of lines.map((l) => l.split(" ") as [string, string]))
    if (what === "begin") begun.set(id, (begun.get(id) ?? 0) + 1);
  const twice = [...begun.values()].filter((n) => n > 1).length;
  assert.ok(mayRepeat ? [...begun.values()].every((n) => n <= 2) : twice === 0, `${twice} lamps were lit twice`);
}
