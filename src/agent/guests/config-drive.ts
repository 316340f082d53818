import { chmod, chown, mkdir, rename, rm, writeFile } from "node:fs/promises";
import { dirname, join, relative } from "node:path";
import { bytesOf, type Content } from "#platform/service/content.ts";
import { Refused } from "#platform/service/driver.ts";
import type { GuestUser } from "../guest-user.ts";
import type { GuestFiles } from "./layout.ts";
import { run } from "./run.ts";

type Files = Readonly<Record<string, Content>>;

/** Makes the disk labelled config-2 from paths and their content. The guest can read it and nothing else. */
export async function makeConfigDrive(files: GuestFiles, content: Files, user: GuestUser, signal?: AbortSignal) {
  const folder = join(files.dir, "config");
  const next = `${files.configDrive}.new`;
  for (const old of [folder, next]) await rm(old, { recursive: true, force: true });
  await writeAll(folder, content);
  await run("genisoimage", [...how, "-o", next, folder], { signal });
  await chown(next, 0, user.gid);
  await chmod(next, 0o440);
  await rename(next, files.configDrive);
  await rm(folder, { recursive: true, force: true });
}

const how = ["-quiet", "-ldots", "-allow-lowercase", "-allow-multidot", "-l", "-J", "-r", "-V", "config-2"];

async function writeAll(folder: string, content: Files) {
  await mkdir(folder, { mode: 0o700 });
  for (const [path, it] of Object.entries(content)) {
    const at = join(folder, path);
    if (relative(folder, at).startsWith("..")) throw new Refused(`"${path}" leads out of the config drive.`);
    await mkdir(dirname(at), { recursive: true });
    await writeFile(at, bytesOf(it));
  }
}
