import assert from "node:assert/strict";
import { execFileSync, spawnSync } from "node:child_process";
import { mkdir, mkdtemp, readdir, rm, stat } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, test } from "node:test";
import { Refused } from "#platform/service/driver.ts";
import { guestUser } from "../guest-user.ts";
import { makeConfigDrive } from "./config-drive.ts";
import { layoutOf } from "./layout.ts";

const folder = await mkdtemp(join(tmpdir(), "drive-"));
after(() => rm(folder, { recursive: true }));
const files = layoutOf(folder).of("one");
await mkdir(files.dir, { recursive: true });
const skip =
  (process.getuid?.() !== 0 && "needs root") || (spawnSync("which", ["isoinfo"]).status !== 0 && "needs isoinfo");

test("a config drive has its label, its files by their whole names, and is the guest's alone to read", {
  skip,
}, async () => {
  const user = guestUser("one");
  const content = {
    "openstack/latest/meta_data.json": '{"uuid":"one"}',
    "openstack/2018-08-27/user_data": "#!/bin/sh\n",
  };
  for (const _ of [1, 2]) await makeConfigDrive(files, content, user);
  const iso = (...args: string[]) => execFileSync("isoinfo", ["-i", files.configDrive, ...args], { encoding: "utf8" });
  assert.match(iso("-d"), /^Volume id: config-2$/m);
  assert.equal(iso("-R", "-x", "/openstack/latest/meta_data.json"), '{"uuid":"one"}');
  assert.equal(iso("-R", "-x", "/openstack/2018-08-27/user_data"), "#!/bin/sh\n");
  const { uid, gid, mode } = await stat(files.configDrive);
  assert.deepEqual([uid, gid, mode & 0o777], [0, user.gid, 0o440]);
  assert.deepEqual(await readdir(files.dir), ["config.iso"]);
});

test("a path cannot lead out of the config drive", async () => {
  await assert.rejects(makeConfigDrive(files, { "../../passwd": "" }, guestUser("one")), Refused);
});
