import { chmod, mkdir, mkdtemp, readdir, readFile, readlink, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { TestContext } from "node:test";
import { makeImage } from "./make.ts";
import { readRecipe } from "./recipe.ts";
import type { Screen } from "./report.ts";
import { enterRoom } from "./room.ts";

// Stages that do their part in no time: they say what they are given, and put that into their results. One that finds a file
// "hold-<stage>" writes half of its result and then never ends, nor does its child; one that finds "spoil-<stage>" says what that
// file has in it, and fails.
const program = `#!/bin/bash
set -eu
here=$(cd "$(dirname "$0")" && pwd)/..
stage=$1 && shift
case $stage in base) out=$1 ;; *) out=$2 ;; esac
if [ -e "$here/hold-$stage" ]; then
  if [ "$stage" = tree ]; then mkdir -p "$out/half"; else echo half > "$out"; fi
  mktemp > /dev/null
  tail -n 0 -f "$0" &
  tail -n 0 -f "$0" > /dev/null &
  echo "holding $stage" && wait
fi
if [ -e "$here/spoil-$stage" ]; then cat "$here/spoil-$stage" >&2 && exit 7; fi
echo "$stage $*" >> "$here/done"
echo "this is $stage"
case $stage in
  tree) mkdir "$out" && cp -a "$3/." "$out/" && cp "$4" "$out/run" ;;
  disk) truncate -s 1M "$out" ;;
  *) echo "$stage $*" > "$out" ;;
esac
`;
const mini = `#!/bin/bash
exec "$(dirname "$0")/../debian/stage" disk "$3" "$1"
`;
const qemuImg = (place: string) => `#!/bin/bash
if [ -e "${place}/hold-image" ]; then
  echo half > "\${@: -1}"
  echo "holding image" && exec tail -n 0 -f "$0"
fi
echo image >> "${place}/done"
cp "\${@: -2:1}" "\${@: -1}"
`;

/** A folder with stages' programs and a room; gone with the test. */
export async function workshop(t: TestContext) {
  const place = await mkdtemp(join(tmpdir(), "image-build-"));
  t.after(() => rm(place, { recursive: true, force: true }));
  const scripts = { "debian/stage": program, "mini/build": mini, "bin/qemu-img": qemuImg(place) };
  for (const [name, text] of Object.entries(scripts)) {
    await mkdir(join(place, name, ".."), { recursive: true });
    await writeFile(join(place, name), text);
    await chmod(join(place, name), 0o755);
  }
  const [room, file] = [join(place, "room"), join(place, "recipe.yaml")];
  let said = "";
  const screen: Screen = { write: (text) => (said += text) };
  return {
    place,
    room,
    file,
    screen,
    write: (name: string, text: string) => writeFile(join(place, name), text),
    drop: (name: string) => rm(join(place, name), { force: true }),
    /** Builds the recipe with this text here; returns the image's place. */
    build: async (text: string, more: { again?: boolean; screen?: Screen } = {}) => {
      await writeFile(file, text);
      return build(place, { screen, ...more });
    },
    /** The stages that ran since this was asked last. */
    ran: async () => {
      const text = await readFile(join(place, "done"), "utf8").catch(() => "");
      await rm(join(place, "done"), { force: true });
      return text.split("\n").flatMap((line) => line.split(" ")[0] || []);
    },
    said: () => {
      const all = said;
      said = "";
      return all;
    },
    kept: async () => (await readdir(room, { recursive: true })).sort(),
    log: (name: string) => readFile(join(room, `${name}.log`), "utf8"),
    traces: () => traces(place),
  };
}

export async function build(place: string, more: { again?: boolean; screen: Screen }): Promise<string> {
  const own = join(place, "bin");
  if (!process.env.PATH?.startsWith(own)) process.env.PATH = `${own}:${process.env.PATH}`;
  const recipe = await readRecipe(join(place, "recipe.yaml"));
  const room = await enterRoom(join(place, "room"), (text) => more.screen.write(`${text}\n`));
  const stop = new AbortController();
  process.once("SIGTERM", () => stop.abort());
  try {
    return await makeImage(recipe, { room, programs: place, stop: stop.signal, ...more });
  } finally {
    await room.close();
  }
}

/** Processes, mounts and loop devices that have to do with a folder. */
export async function traces(folder: string): Promise<string[]> {
  const pids = (await readdir("/proc")).filter((name) => /^\d+$/.test(name) && Number(name) !== process.pid);
  const command = (pid: string) => readFile(`/proc/${pid}/cmdline`, "utf8").catch(() => "");
  const root = (pid: string) => readlink(`/proc/${pid}/root`).catch(() => "");
  const of = await Promise.all(pids.map(async (pid) => `process ${pid} ${await command(pid)} ${await root(pid)}`));
  const mounts = (await readFile("/proc/self/mounts", "utf8")).split("\n").map((line) => `mount ${line}`);
  const loops = (await readdir("/sys/block").catch(() => [])).filter((name) => name.startsWith("loop"));
  const backing = (name: string) => readFile(`/sys/block/${name}/loop/backing_file`, "utf8").catch(() => "");
  const devices = await Promise.all(loops.map(async (name) => `device ${name} ${await backing(name)}`));
  return [...of, ...mounts, ...devices]
    .filter((line) => line.includes(folder))
    .map((line) => line.replaceAll("\0", " "));
}

// As a program of its own, to be killed: it builds what lies in the folder that it is given.
if (import.meta.main) {
  const screen = { isTTY: true, columns: 200, write: (text: string) => process.stdout.write(text) };
  await build(process.argv[2]!, { screen }).catch((why: Error) => {
    console.error(why.message);
    process.exitCode = 1;
  });
}
