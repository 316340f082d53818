// What a kill -9 of the program must not harm: `before` starts one server to its end and asks for another; the program is killed
// then and started again; `after` looks: both ACTIVE, one guest each, and the first one the same process as before.
import assert from "node:assert/strict";
import { readdir, readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { client, run } from "../client.ts";
import { until } from "../until.ts";

const state = process.env.CRUNCH_STATE ?? "/var/lib/crunch";
const crunch = new URL("../../bin/crunch", import.meta.url).pathname;
const note = join(state, "kill.json");
const os = await client(join(state, "openrc-demo"));
const made = ["server", "create", "--image", "mini", "--flavor", "m1.tiny", "--network", "private"];

interface Seen {
  readonly older: string;
  readonly pid: number;
}

/** Processes of QEMU that run for a server. */
async function guests(id: string): Promise<number[]> {
  const pids = (await readdir("/proc")).filter((name) => /^\d+$/.test(name));
  const lines = await Promise.all(
    pids.map(async (pid) => [pid, await readFile(`/proc/${pid}/cmdline`, "utf8").catch(() => "")] as const),
  );
  return lines.filter(([, line]) => line.startsWith("qemu-system") && line.includes(id)).map(([pid]) => Number(pid));
}

async function before() {
  await os.os(...made, "--wait", "older");
  const { id } = await os.json("server", "show", "older");
  const [pid] = await guests(id);
  assert.ok(pid, "the first server has a guest");
  await writeFile(note, JSON.stringify({ older: id, pid } satisfies Seen));
  await os.os(...made, "younger");
}

async function after() {
  const { older, pid } = JSON.parse(await readFile(note, "utf8")) as Seen;
  const active = (name: string) =>
    until(
      `${name} is ACTIVE`,
      180,
      () => os.json("server", "show", name),
      (it) => it.status === "ACTIVE",
    );
  const { id } = await active("younger");
  assert.deepEqual(await guests(older), [pid], "the guest that ran before still runs");
  assert.equal((await guests(id)).length, 1, "one guest for the server whose create was cut");
  await active("older");
  await os.os("server", "stop", "older");
  await until(
    "the adopted guest obeys",
    120,
    () => os.json("server", "show", "older"),
    (it) => it.status === "SHUTOFF",
  );
  await os.os("server", "delete", "--wait", "older", "younger");
  await until(
    "nothing is left over",
    60,
    () => run(crunch, ["doctor", "--leftovers"], { mayFail: true }),
    (it) => it.code === 0,
  );
  console.log("1 passed, 0 failed");
}

await (process.argv[2] === "after" ? after() : before());
