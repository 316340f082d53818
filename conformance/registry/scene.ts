import { mkdir, readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { run } from "../client.ts";
import { exportsOf } from "../tempest/cloud.ts";
import type { Place } from "./place.ts";

/** What a tool is tried on: a cloud, its user, and a folder to work in. */
export interface Scene {
  readonly place: Place;
  readonly dir: string;
  /** The registry, as clients name it. */
  readonly host: string;
  readonly password: string;
  /** What the unmodified `openstack` command prints. */
  readonly os: (...args: string[]) => Promise<string>;
  /** The secret of an application credential, and its id. */
  readonly robot: { readonly id: string; readonly secret: string };
}
/** What is to be true, and how that is seen; a step may say what it saw. */
export type Steps = Readonly<Record<string, () => Promise<string | undefined | void>>>;

export async function sceneOf(place: Place, dir: string): Promise<Scene> {
  const env = exportsOf(await readFile(join(place.state, "openrc-demo"), "utf8"));
  const { OS_AUTH_URL: url = "", OS_PASSWORD: password = "" } = env;
  const os = async (...args: string[]) => (await place.run("openstack", args, { env })).out.trim();
  const robot = JSON.parse(await os("application", "credential", "create", "robot", "-f", "json"));
  return { place, dir, host: new URL(url).host, password, os, robot };
}

export async function isInstalled(program: string): Promise<boolean> {
  return (await run("sh", ["-c", `command -v ${program}`], { mayFail: true })).code === 0;
}

/** A folder with a file of its own in it, as a small program would be. */
export async function aFolder(dir: string, name: string): Promise<string> {
  const folder = join(dir, name);
  await mkdir(folder);
  await writeFile(join(folder, `of-${name}`), name.repeat(10_000));
  return folder;
}
