import { rm } from "node:fs/promises";
import { join } from "node:path";
import { createInterface } from "node:readline/promises";
import { realDrivers } from "#cloud";
import { newLog } from "#platform/log/log.ts";
import { down } from "./down.ts";
import { settings } from "./settings.ts";
import { metalOptions } from "./up.ts";

export async function reset(flags: { yes?: boolean }): Promise<void> {
  const config = settings(flags);
  if (!flags.yes && !(await agreed(config.state))) return void console.log("Nothing was done.");
  await down({ ...flags, all: true });
  await makeRoom(config.state);
  if (!config.simulated) {
    const settings = { "volume-store": config["volume-store"] };
    const metal = realDrivers({ ...metalOptions(config), log: newLog({ level: "silent" }), settings });
    await metal.wipe();
  }
  await rm(config.state, { recursive: true, force: true }).catch(unlessMounted);
  console.log(`${config.state} is gone, and what stood outside of it.`);
}

/** To take guests and networks away takes a little room, which a full disk does not have: what nobody uses any more goes first. */
async function makeRoom(state: string): Promise<void> {
  for (const name of ["postgres", "templates", "images", "artifacts", "registry", "build", "crunch.log"])
    await rm(join(state, name), { recursive: true, force: true });
}

/** A state folder that is a file system of its own stays, with nothing in it. */
function unlessMounted(why: NodeJS.ErrnoException) {
  if (why.code !== "EBUSY") throw why;
}

async function agreed(state: string): Promise<boolean> {
  if (!process.stdin.isTTY) throw new Error("reset removes everything; say --yes");
  const lines = createInterface({ input: process.stdin, output: process.stdout });
  const answer = await lines.question(
    `This removes every server, volume, image and network of ${state}. Type "yes" to go on: `,
  );
  lines.close();
  return answer.trim() === "yes";
}
