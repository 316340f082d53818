import { mkdir, rm } from "node:fs/promises";
import { join } from "node:path";
import type { Config } from "#platform/config/config.ts";
import { publicUrl } from "../public-url.ts";
import { readSecrets } from "../secrets.ts";
import { settings } from "../settings.ts";
import { type KnownRecipe, readRecipe } from "./recipe.ts";
import { findRegistered, type Login, register } from "./register.ts";
import { isThere, openLog, type Stage, stagesOf } from "./stages.ts";

interface Flags {
  readonly register: boolean;
  readonly again?: boolean;
  readonly user: "admin" | "demo";
}

/** Turns a recipe into a bootable image, in stages; ends with it registered in the image service. */
export async function buildImage(path: string, flags: Flags): Promise<void> {
  const config = settings(flags as never);
  const recipe = await readRecipe(path);
  const login = flags.register ? await loginOf(config, flags.user) : undefined;
  const known = login && !flags.again ? await findRegistered(login, recipe) : undefined;
  if (known)
    return console.log(`${recipe.name} is registered as ${known}, by this very recipe (--again builds another).`);
  const room = join(config.state, "build");
  const image = await build(recipe, room, flags.again === true);
  if (!login) return console.log(`${recipe.name} is in ${image}.`);
  const id = await register(login, recipe, image, progress("register"));
  console.log(`\n${recipe.name} is registered as ${id}.`);
}

/** Every stage that is not there already, each with its time; what a failed stage said last is told. */
async function build(recipe: KnownRecipe, room: string, again: boolean): Promise<string> {
  await requireTools(recipe);
  const work = join(room, recipe.digest);
  for (const dir of [work, join(room, "cache")]) await mkdir(dir, { recursive: true });
  const stages = stagesOf(recipe, room);
  const image = stages.at(-1)!;
  if (again || !(await isThere(image.result)))
    for (const [at, stage] of stages.entries())
      await take(stage, `[${at + 1}/${stages.length}] ${stage.name}`, room, again);
  await rm(work, { recursive: true, force: true });
  return image.result;
}

async function requireTools({ base }: KnownRecipe): Promise<void> {
  if (base !== "debian") return;
  if (process.getuid?.() !== 0) throw new Error("only root can build a Debian image");
  if (!(await isThere("/usr/sbin/debootstrap")))
    throw new Error("debootstrap is missing here. Install it: apt-get install debootstrap");
}

async function take(stage: Stage, title: string, room: string, again: boolean): Promise<void> {
  const isLast = stage.name === "image";
  if (stage.keep && !(again && isLast) && (await isThere(stage.result)))
    return console.log(`${title.padEnd(28)} as it was`);
  const [log, began] = [openLog(join(room, "build.log")), performance.now()];
  process.stdout.write(`${title.padEnd(28)} …`);
  try {
    await stage.make(log.say);
  } catch (why) {
    await log.end();
    throw new Error(
      `the stage "${stage.name}" failed (${(why as Error).message}); all of it is in ${join(room, "build.log")}:\n${log.last()}`,
    );
  }
  await log.end();
  console.log(`\r${title.padEnd(28)} ${((performance.now() - began) / 1000).toFixed(1)} s`);
}

async function loginOf(config: Config, user: "admin" | "demo"): Promise<Login> {
  const { OS_AUTH_URL: url, OS_USERNAME: name, OS_PASSWORD: word, OS_PROJECT_NAME: project } = process.env;
  const domain = process.env.OS_PROJECT_DOMAIN_NAME ?? "Default";
  if (url && name && word && project)
    return { authUrl: url.replace(/\/$/, ""), user: name, password: word, project, domain };
  const secrets = await readSecrets(config.state);
  const password = user === "admin" ? secrets.adminPassword : secrets.demoPassword;
  return { authUrl: `${publicUrl(config)}/identity/v3`, user, password, project: user, domain: "Default" };
}

function progress(what: string): (part: number) => void {
  let shown = -1;
  return (part) => {
    const now = Math.floor(part * 100);
    if (now === shown || !process.stdout.isTTY) return;
    shown = now;
    process.stdout.write(`\r${what.padEnd(28)} ${now} %`);
  };
}
