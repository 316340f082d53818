import assert from "node:assert/strict";
import { readdir, readFile } from "node:fs/promises";
import { basename, join } from "node:path";
import { setTimeout as pause } from "node:timers/promises";
import { traces } from "../../src/program/image-build/programs.testkit.ts";
import { run } from "../client.ts";
import { until } from "../until.ts";
import { atCloud, type Place, program } from "./place.ts";

export type Say = (text: string) => void;

/** A stage, and a word of its log that it has come to its middle with; "": once it has a process. */
export type Kill = readonly [stage: string, middle: string];

/** Builds a recipe, with a SIGKILL in the middle of its stages; what is left of these is nothing. */
export async function buildWithKills(place: Place, recipe: string, kills: readonly Kill[], say: Say): Promise<void> {
  const room = join(place.state, "build");
  for (const [stage, middle] of kills) {
    const building = program(place, ["image", "build", "--no-register", recipe]);
    const log = join(room, `${basename(recipe, ".yaml")}.log`);
    const isAmid = async () => (await readFile(log, "utf8").catch(() => "")).includes(middle) && (await isAtWork(room));
    const isNow = async () => building.said().includes(`${stage} `) && (await isAmid());
    for (; !(await isNow()); await pause(5))
      if (building.child.exitCode !== null)
        throw new Error(`it ended before "${stage}" was killed:\n${building.said()}`);
    building.child.kill("SIGKILL");
    await building.ended;
    assert.equal(building.child.signalCode, "SIGKILL", building.said());
    for (const [before] of kills.slice(
      0,
      kills.findIndex((it) => it[0] === stage),
    ))
      assert.match(building.said(), new RegExp(`\\] ${before} +(as it was|\\d)`), `at ${stage}`);
    say(`killed in "${stage}"`);
  }
  await build(place, recipe, say);
  const nothing = (it: readonly string[]) => it.length === 0;
  await until("no process, mount or device is left", 10, () => traces(room), nothing);
  const names = await readdir(room);
  const half = names.filter((name) => !/^(cache|lock|mini\.qcow2|.*\.log|.*-[0-9a-f]{16}\.qcow2)$/.test(name));
  assert.deepEqual(half, [], "nothing half done is left");
}

async function isAtWork(room: string): Promise<boolean> {
  return (await traces(room)).some((line) => line.startsWith("process") && line.includes(`${room}/work`));
}

export async function build(place: Place, recipe: string, say: Say): Promise<void> {
  const done = program(place, ["image", "build", "--no-register", recipe]);
  assert.equal(await done.ended, 0, done.said());
  say(
    done
      .said()
      .trim()
      .split("\n")
      .filter((line) => /\d s$|as it was|is in/.test(line))
      .join("\n          "),
  );
}

/** Registers what is built: once, however often that is asked for. Returns the image's id. */
export async function register(place: Place, recipe: string): Promise<string> {
  const [node, main] = [process.execPath, new URL("../../src/main.ts", import.meta.url).pathname];
  const words = [node, "--no-warnings", main, "image", "build", "--user", "demo", recipe];
  const env = place.env;
  const first = (await atCloud(words, { env })).out;
  const id = first.match(/is registered as ([0-9a-f-]{36})/)![1]!;
  assert.doesNotMatch(first, /\d s$/m, "no stage is done again");
  assert.ok((await atCloud(words, { env })).out.includes(`is registered as ${id}, by this very recipe`));
  return id;
}

/** What a folder of a built image has in it. */
export async function namesIn(place: Place, image: RegExp, folder: string): Promise<string[]> {
  const room = join(place.state, "build");
  const file = (await readdir(room)).find((name) => image.test(name))!;
  const raw = join(place.folder, "look.raw");
  await run("qemu-img", ["convert", "-O", "raw", join(room, file), raw]);
  const { out } = await run("debugfs", ["-R", `ls -p ${folder}`, `${raw}?offset=1048576`], { mayFail: true });
  await run("rm", [raw]);
  return out
    .split("\n")
    .flatMap((line) => line.split("/")[5] || [])
    .filter((name) => !/^\.{1,2}$/.test(name));
}
