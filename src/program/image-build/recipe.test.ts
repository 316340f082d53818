import assert from "node:assert/strict";
import { execFile } from "node:child_process";
import { chmod, mkdir, mkdtemp, readdir, readFile, readlink, rm, stat, symlink, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { type TestContext, test } from "node:test";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";
import { advice } from "./advice.ts";
import { layOut } from "./layout.ts";
import { readRecipe } from "./recipe.ts";

const home = fileURLToPath(new URL("../../../", import.meta.url));

test("a mistake in a recipe is told by its key, with what may stand there", async (t) => {
  const { read } = await bench(t);
  const mistakes: [string, RegExp][] = [
    ["", /r\.yaml: the recipe must be a mapping of keys, and is null$/],
    ["name: [", /r\.yaml: this is no YAML: /],
    ["name: a\nname: b", /this is no YAML: Map keys must be unique/],
    ["base: debian", /r\.yaml: name is missing$/],
    ["name: a", /r\.yaml: base is missing$/],
    ["{name: a, base: fedora}", /: base must be debian or mini, and is "fedora"$/],
    ["{name: ../a, base: mini}", /: name must be the image's name, .*, and is "\.\.\/a"$/],
    ["{name: a, base: mini, pakages: []}", /: there is no key pakages \(keys: name, base, .*packages/],
    ["{name: a, base: debian, packages: nginx}", /: packages must be a list, and is "nginx"$/],
    [
      "{name: a, base: debian, packages: [nginx, -y]}",
      /: packages\.1 must be the name of a package of Debian, and is "-y"$/,
    ],
    ["{name: a, base: debian, size: big}", /: size must be a disk's size: 800M or 2G, and is "big"$/],
    ["{name: a, base: debian, mirror: 'file:///'}", /: mirror must be the URL of a mirror of Debian/],
    ["{name: a, base: mini, properties: {a: 1}}", /: properties\.a must be text .*, and is 1$/],
    ["{name: a, base: mini, files: [{path: etc/x, content: a}]}", /: files\.0\.path must be a whole path/],
    ["{name: a, base: mini, files: [{path: /x}]}", /: files\.0 needs either content or source \(its path is \/x\)$/],
    [
      "{name: a, base: mini, files: [{path: /x, mode: 0644, content: a}]}",
      /: files\.0\.mode must be octal and in quotes/,
    ],
    [
      "{name: a, base: mini, files: [{path: /x, owner: me}]}",
      /: there is no key files\.0\.owner \(keys: path, content, /,
    ],
    ["{name: a, base: mini, packages: [nginx]}", /: packages is for base: debian/],
    ["{name: a, base: mini, size: 1G}", /: size is for base: debian/],
  ];
  for (const [text, wanted] of mistakes) await assert.rejects(read(text), wanted, text);
  await assert.rejects(readRecipe("/nowhere/r.yaml"), /the recipe cannot be read: .*\/nowhere\/r\.yaml/);
});

test("no path leaves the image, by whatever way", async (t) => {
  const { read } = await bench(t);
  for (const path of ["/..", "/../x", "/etc/../../x", "/etc/./x", "//x", "/x/", "/", "/a\\nb", '/a\\"b', "/a\\\\b"])
    await assert.rejects(
      read(`{name: a, base: mini, files: [{path: "${path}", content: a}]}`),
      /files\.0\.path must be/,
      path,
    );
  await read('{name: a, base: mini, files: [{path: "/etc/..x/.y/a b", content: a}]}');
});

test("a source lies beside its recipe, and is a file or a folder", async (t) => {
  const { folder, read } = await bench(t);
  const of = (source: string) => read(`{name: a, base: mini, files: [{path: /x, source: "${source}"}]}`);
  await symlink("/etc", join(folder, "out"));
  await mkdir(join(folder, "tree"));
  await writeFile(join(folder, "tree/one"), "1");
  await symlink("/etc/shadow", join(folder, "tree/link"));
  for (const source of ["/etc/passwd", "../../../../../../etc/passwd", "out", "out/passwd"])
    await assert.rejects(of(source), /files\.0\.source: \S+ lies outside of the recipe's folder/, source);
  await assert.rejects(of("nothing"), /files\.0\.source: there is no \S+\/nothing$/);
  await of("tree");
  await promisify(execFile)("mkfifo", [join(folder, "tree/pipe")]);
  await assert.rejects(of("tree"), /files\.0\.source: \S+\/tree\/pipe is neither a file nor a folder nor a link/);
  await rm(join(folder, "tree/pipe"));
  await writeFile(join(folder, "tree/a\nwrite b"), "");
  await assert.rejects(of("tree"), /no control characters/);
});

test("a recipe is another one once a byte, a mode or a name below its sources is", async (t) => {
  const { folder, read } = await bench(t);
  const digest = async () => (await read("{name: a, base: mini, files: [{path: /x, source: tree}]}")).digest;
  await mkdir(join(folder, "tree/deep"), { recursive: true });
  const file = join(folder, "tree/deep/file");
  const changes: (() => Promise<unknown>)[] = [
    () => writeFile(file, "one"),
    () => writeFile(file, "two"),
    () => chmod(file, 0o755),
    () => symlink("deep/file", join(folder, "tree/link")),
    () => mkdir(join(folder, "tree/empty")),
  ];
  const seen = new Set([await digest()]);
  for (const change of changes) {
    await change();
    seen.add(await digest());
  }
  assert.equal(seen.size, changes.length + 1);
  assert.equal(await digest(), await digest());
});

test("files lie where the recipe says, with their modes; what runs first tells no secret", async (t) => {
  const { folder, out, read } = await bench(t);
  await mkdir(join(folder, "app/bin"), { recursive: true });
  await writeFile(join(folder, "app/bin/run"), "#!/bin/sh\n", { mode: 0o755 });
  await symlink("/etc/shadow", join(folder, "app/link"));
  const files =
    '[{path: /etc/motd, content: "hi\\n"}, {path: /etc/key, content: k, mode: "0600"}, {path: /opt/app, source: app}]';
  await layOut(await read(`{name: a, base: debian, files: ${files}, first_boot: [echo $SECRET, echo b]}`), out);
  const mode = async (path: string) => ((await stat(join(out, path))).mode & 0o7777).toString(8);
  assert.equal(await readFile(join(out, "etc/motd"), "utf8"), "hi\n");
  assert.deepEqual(await Promise.all(["etc/motd", "etc/key", "opt/app/bin/run"].map(mode)), ["644", "600", "755"]);
  assert.equal(await readlink(join(out, "opt/app/link")), "/etc/shadow", "a link stays a link");
  const first = join(out, "var/lib/cloud/scripts/per-once/00-first-boot");
  const { stderr, stdout } = await promisify(execFile)(first, { env: { SECRET: "open-sesame" } });
  assert.equal(stdout, "open-sesame\nb\n");
  assert.equal(stderr, "echo $SECRET\necho b\n");
});

test("no file is written through a link that another file's source brings", async (t) => {
  const { folder, out, read } = await bench(t);
  const outside = join(folder, "outside");
  await mkdir(outside);
  await mkdir(join(folder, "tree"));
  await symlink(outside, join(folder, "tree/way"));
  await writeFile(join(outside, "target"), "as it was");
  await symlink(join(outside, "target"), join(folder, "tree/file"));
  for (const path of ["/srv/way/new", "/srv/file", "/srv/way"]) {
    const files = `[{path: /srv, source: tree}, {path: ${path}, content: bad}]`;
    const laid = layOut(await read(`{name: a, base: mini, files: ${files}}`), out);
    await assert.rejects(
      laid,
      /files: \S+ leads through \/srv\/(way|file), which is a link in another file's source/,
      path,
    );
    await rm(out, { recursive: true });
  }
  assert.deepEqual(await readdir(outside), ["target"]);
  assert.equal(await readFile(join(outside, "target"), "utf8"), "as it was");
});

test("the recipes that come with the program are good ones", async () => {
  for (const name of (await readdir(join(home, "images/recipes"))).filter((it) => it.endsWith(".yaml")))
    assert.match((await readRecipe(join(home, "images/recipes", name))).digest, /^[0-9a-f]{16}$/, name);
});

test("a stage's failure comes with what to do about it", () => {
  const words: [string, RegExp][] = [
    ["E: Unable to locate package ngixn", /packages: this release has no ngixn; correct its name/],
    ["E: Package 'foo' has no installation candidate", /packages: this release has no foo;/],
    ["E: No such script: /usr/share/debootstrap/scripts/bokworm", /correct release/],
    ["E: Failed getting release file http://x/dists/bookworm/Release", /a mirror did not answer/],
    ["W: Failed to fetch http://x  Temporary failure resolving 'x'", /a mirror did not answer/],
    ["E: Invalid Release signature (key id 0)", /debian-archive-keyring/],
    ["mke2fs: Could not allocate block in ext2 filesystem while populating", /size larger/],
    ["tar: ./usr: Cannot write: No space left on device", /disk of the folder of builds is full/],
    ["mini: linux-image-cloud-amd64 is not known here: run apt-get update", /run apt-get update/],
    ["something else", /the reason stands at the log's end/],
  ];
  for (const [said, wanted] of words) assert.match(advice("disk", said), wanted, said);
  assert.match(advice("files and commands", "false\n"), /the last one that the log shows: correct run/);
});

test("the command line tells what it takes", async () => {
  const node = [process.execPath, ["--no-warnings", join(home, "src/main.ts"), "image", "build"]] as const;
  const { stdout } = await promisify(execFile)(node[0], [...node[1], "--help"]);
  for (const words of ["<recipe>", "--no-register", "--again", "--user <name>", "--state <value>", "images/recipes"])
    assert.ok(stdout.includes(words), words);
  const missing = promisify(execFile)(node[0], [...node[1], "/nowhere.yaml", "--no-register"]);
  await assert.rejects(missing, (why: { code: number; stderr: string }) => {
    assert.deepEqual([why.code, why.stderr.startsWith("crunch: the recipe cannot be read: ")], [1, true]);
    return true;
  });
});

async function bench(t: TestContext) {
  const place = await mkdtemp(join(tmpdir(), "recipe-"));
  t.after(() => rm(place, { recursive: true, force: true }));
  const folder = join(place, "in");
  await mkdir(folder);
  const read = async (text: string) => {
    await writeFile(join(folder, "r.yaml"), text);
    return readRecipe(join(folder, "r.yaml"));
  };
  return { folder, out: join(place, "out"), read };
}
