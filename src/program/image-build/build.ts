import { join } from "node:path";
import type { Config } from "#platform/config/config.ts";
import { publicUrl } from "../public-url.ts";
import { readSecrets } from "../secrets.ts";
import { settings } from "../settings.ts";
import { makeImage } from "./make.ts";
import { type KnownRecipe, readRecipe } from "./recipe.ts";
import { findRegistered, type Login, register } from "./register.ts";
import { beginLine, type Screen } from "./report.ts";
import { enterRoom, type Room } from "./room.ts";
import { requireTools } from "./tools.ts";

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
  process.umask(0o022); // folders of the image are made on the way
  const stop = stopOnSignals();
  const room = await enterRoom(join(config.state, "build"), console.log);
  try {
    await build(recipe, { room, login, again: flags.again === true, stop, screen: process.stdout });
  } finally {
    await room.close();
  }
}

interface Job {
  readonly room: Room;
  readonly login: Login | undefined;
  readonly again: boolean;
  readonly stop: AbortSignal;
  readonly screen: Screen;
}

async function build(recipe: KnownRecipe, job: Job): Promise<void> {
  const { login, again, screen, stop } = job;
  const known = login && !again ? await findRegistered(login, recipe) : undefined;
  if (known)
    return void screen.write(
      `${recipe.name} is registered as ${known}, by this very recipe (--again builds another one).\n`,
    );
  await requireTools(recipe);
  const image = await makeImage(recipe, job);
  if (!login) return void screen.write(`\n${recipe.name} is in ${image}.\n`);
  const line = beginLine(screen, "register");
  const moved = (part: number) => line.doing(`${Math.floor(part * 100)} %`);
  const { id, hidden } = await register(login, recipe, image, { again, moved, say: line.note, stop });
  line.end("done");
  for (const it of hidden) screen.write(`The image ${it} of that name is hidden now: this one takes its place.\n`);
  screen.write(`\n${recipe.name} is registered as ${id}.\n`);
}

/** What is half done is cleared away before this process ends. */
function stopOnSignals(): AbortSignal {
  const stop = new AbortController();
  for (const signal of ["SIGINT", "SIGTERM", "SIGHUP"] as const) process.once(signal, () => stop.abort());
  return stop.signal;
}

async function loginOf(config: Config, user: "admin" | "demo"): Promise<Login> {
  const { OS_AUTH_URL: url, OS_USERNAME: name, OS_PASSWORD: word, OS_PROJECT_NAME: project } = process.env;
  const { OS_PROJECT_DOMAIN_NAME: domain = "Default", OS_USER_DOMAIN_NAME: userDomain = "Default" } = process.env;
  if (url && name && word && project)
    return { authUrl: url.replace(/\/$/, ""), user: name, userDomain, password: word, project, domain };
  const secrets = await readSecrets(config.state);
  const password = user === "admin" ? secrets.adminPassword : secrets.demoPassword;
  const authUrl = `${publicUrl(config)}/identity/v3`;
  return { authUrl, user, userDomain: "Default", password, project: user, domain: "Default" };
}
