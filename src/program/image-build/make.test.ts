import assert from "node:assert/strict";
import { type ChildProcess, spawn } from "node:child_process";
import { readFile } from "node:fs/promises";
import { test } from "node:test";
import { fileURLToPath } from "node:url";
import { workshop } from "./programs.testkit.ts";

const recipe = `
name: web
base: debian
packages: [nginx]
files: [{path: /etc/motd, content: hello}]
run: [systemctl enable nginx]
first_boot: [echo ready]
`;
const everything = ["base", "packages", "tree", "disk", "image"];
const own = fileURLToPath(new URL("programs.testkit.ts", import.meta.url));

test("an image is built in stages, each told with its time, and only what builds others faster is kept", async (t) => {
  const here = await workshop(t);
  const image = await here.build(recipe);
  assert.deepEqual(await here.ran(), everything);
  assert.match(image, /room\/web-[0-9a-f]{16}\.qcow2$/);
  const lines = here.said().split("\n");
  const titles = ["base", "packages", "files and commands", "disk", "image"].flatMap((name) => [name, name]);
  for (const [at, name] of titles.entries())
    assert.match(lines[at]!, new RegExp(`^\\[${Math.floor(at / 2) + 1}/5\\] ${name} +(…|\\d+\\.\\d s)$`));
  assert.match(
    await here.log("web"),
    /^=== \S+Z \[1\/5\] base\nthis is base\n=== \S+Z \[2\/5\] packages\nthis is packages\n/,
  );
  const kept = (await here.kept()).map((name) => name.replace(/[0-9a-f]{16}/, "KEY"));
  assert.deepEqual(kept, ["cache", "cache/base-KEY.tar", "cache/packages-KEY.tar", "lock", "web-KEY.qcow2", "web.log"]);
});

test("a stage that is done is not done again, and a changed recipe is built from the changed stage on", async (t) => {
  const here = await workshop(t);
  const first = await here.build(recipe);
  await here.ran();
  const changes: [string, string, readonly string[]][] = [
    ["packages: [nginx]", "packages: [nginx, curl]", everything.slice(1)],
    ["content: hello", "content: goodbye", everything.slice(2)],
    ["systemctl enable nginx", "systemctl disable nginx", everything.slice(2)],
    ["echo ready", "echo steady", everything.slice(2)],
    ["name: web", "name: web\nsize: 3G", everything.slice(2)],
    ["name: web", "name: web\nformat: raw", everything.slice(2)],
    ["name: web", "name: web\nrelease: trixie", everything],
    ["name: web", "name: web\nvisibility: community\nproperties: {a: b}", []],
  ];
  assert.equal(await here.build(recipe), first);
  assert.deepEqual(await here.ran(), []);
  for (const [from, to, again] of changes) {
    await here.build(recipe);
    await here.ran();
    await here.build(recipe.replace(from, to));
    assert.deepEqual(await here.ran(), again, to);
  }
  const images = (await here.kept()).filter((name) => /^web-/.test(name));
  assert.equal(images.length, 1, "an older image of the name is not kept");
  await here.build(recipe, { again: true });
  assert.deepEqual(await here.ran(), everything, "all of it anew where that is asked for");
});

test("after a stage that failed, the next run goes on there", async (t) => {
  const here = await workshop(t);
  await here.write("spoil-disk", "size: 2048M is too small for what is in the image: give it at least 3000M\n");
  await assert.rejects(here.build(recipe), (why: Error) => {
    assert.match(why.message, /^the stage "disk" failed: \S+debian\/stage: ended with 7\nsize: 2048M is too small/);
    assert.match(
      why.message,
      /\nWhat to do: write size: 3000M \(or more\) into the recipe\. Then run the same command again/,
    );
    assert.match(why.message, /\nAll that it said is in \S+\/web\.log$/);
    return true;
  });
  assert.match(here.said(), /\[4\/5\] disk +failed\n$/);
  assert.match(await here.log("web"), /\n=== the stage "disk" failed: .*\n=== What to do: write size: 3000M/);
  assert.ok(!(await here.kept()).some((name) => name.startsWith("work")), "nothing half done is left");
  await here.drop("spoil-disk");
  await here.ran();
  await here.build(recipe);
  assert.deepEqual(await here.ran(), ["disk", "image"]);
  assert.match(here.said(), /\[3\/5\] files and commands +as it was\n\[4\/5\] disk/);
});

test("what a failed build of another recipe had on the way is not kept", async (t) => {
  const here = await workshop(t);
  await here.write("spoil-disk", "no\n");
  await assert.rejects(here.build(recipe));
  assert.ok((await here.kept()).some((name) => name.startsWith("cache/tree-")));
  await here.drop("spoil-disk");
  await here.build("{name: other, base: mini}");
  assert.ok(!(await here.kept()).some((name) => name.startsWith("cache/tree-")));
});

test("a build that is killed in any stage leaves nothing behind after the next, which goes on where it was", async (t) => {
  const here = await workshop(t);
  await here.write("recipe.yaml", recipe);
  for (const stage of everything) {
    await here.write(`hold-${stage}`, "");
    const [child, ended] = start(here.place);
    await says(child, `holding ${stage}`);
    assert.ok((await here.traces()).length > 2, "the stage's processes are there");
    child.kill("SIGKILL");
    await ended;
    await here.drop(`hold-${stage}`);
    assert.deepEqual(await here.ran(), stage === "base" ? [] : [everything[everything.indexOf(stage) - 1]]);
  }
  const image = await here.build(recipe);
  assert.deepEqual(await here.ran(), ["image"]);
  assert.equal((await readFile(image)).length, 2 ** 20, "the image is whole");
  assert.deepEqual(await here.traces(), []);
  const kept = (await here.kept()).map((name) => name.replace(/[0-9a-f]{16}/, "KEY"));
  assert.deepEqual(kept, ["cache", "cache/base-KEY.tar", "cache/packages-KEY.tar", "lock", "web-KEY.qcow2", "web.log"]);
});

test("a build that is stopped clears up after itself, and says that nothing is wrong", async (t) => {
  const here = await workshop(t);
  await here.write("recipe.yaml", recipe);
  await here.write("hold-packages", "");
  const [child, ended] = start(here.place);
  let words = "";
  child.stderr!.on("data", (text: string) => (words += text));
  await says(child, "holding packages");
  child.kill("SIGTERM");
  assert.equal(await ended, 1);
  assert.match(
    words,
    /the stage "packages" failed: it was stopped\n(?:.*\n)*.*nothing is wrong with the recipe\. Then run/,
  );
  assert.deepEqual(await here.traces(), []);
  assert.ok(!(await here.kept()).some((name) => name.startsWith("work")));
});

test("two builds at once take turns, and the second finds what the first has made", async (t) => {
  const here = await workshop(t);
  await here.write("recipe.yaml", recipe);
  await here.write("hold-disk", "");
  const [first, firstEnded] = start(here.place);
  await says(first, "holding disk");
  await here.drop("hold-disk");
  const [second, ended] = start(here.place);
  await says(second, "another build is at work in");
  first.kill("SIGKILL");
  await firstEnded;
  assert.equal(await ended, 0);
  assert.deepEqual(await here.ran(), everything, "no stage was done twice");
});

test("a terminal shows what a stage says last, on the stage's own line", async (t) => {
  const here = await workshop(t);
  let shown = "";
  await here.build("{name: small, base: mini}", { screen: { isTTY: true, columns: 50, write: (it) => (shown += it) } });
  const lines = shown.replaceAll("\u001b[K", "").split(/[\r\n]/);
  const disk = lines.filter((line) => line.startsWith("[2/3] disk"));
  assert.deepEqual(
    disk.map((line) => line.slice(28).replace(/[\d.]+ s$/, "its time")),
    [" …", " … this is disk", " its time"],
  );
  assert.ok(lines.every((line) => line.length < 50));
});

function start(place: string): [ChildProcess, Promise<number | null>] {
  const child = spawn(process.execPath, ["--no-warnings", own, place], { stdio: ["ignore", "pipe", "pipe"] });
  for (const stream of [child.stdout!, child.stderr!]) stream.setEncoding("utf8");
  return [child, new Promise((then) => child.once("close", then))];
}

/** Resolves when it has said this; it fails when the program ends first. */
function says(child: ChildProcess, words: string): Promise<void> {
  let said = "";
  return new Promise((then, fail) => {
    for (const stream of [child.stdout!, child.stderr!])
      stream.on("data", (text: string) => {
        said += text;
        if (said.includes(words)) then();
      });
    child.once("close", () => fail(new Error(`it ended without "${words}":\n${said}`)));
  });
}
