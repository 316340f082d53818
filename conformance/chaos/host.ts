import type { Cloud } from "./cloud.ts";
import { fillDisk } from "./full-disk.ts";
import type { Ground } from "./ground.ts";
import { hangCalls } from "./hung.ts";
import { losePower } from "./power.ts";
import type { Report } from "./report.ts";
import { recover } from "./steps.ts";

/** Takes from the program what it stands on: room on the disk, answers, the power. */
export async function loseHost(cloud: Cloud, ground: Ground, report: Report) {
  for (const trouble of [fillDisk, losePower, hangCalls])
    await trouble(cloud, ground, report).catch(async (why: Error) => {
      report.fail("host", `${trouble.name}: ${why.message}; the program said: ${cloud.lastWords().slice(-600)}`);
      await recover(cloud);
    });
}
