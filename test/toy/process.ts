// One process of a cloud of lamps, for tests that kill real processes: node process.ts DATABASE FOLDER [BEHAVIOUR]
import { appendFile, rm, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { makePolicy } from "#platform/api/policy.ts";
import { newLog } from "#platform/log/log.ts";
import { Refused } from "#platform/service/driver.ts";
import { openSpine } from "#platform/spine.ts";
import { openDatabase } from "#platform/store/database.ts";
import { type Clock, systemClock } from "#platform/time/clock.ts";
import { toy } from "./toy.ts";

/** How its time passes, how long a lamp takes it, and whether lamps refuse. */
export interface Behaviour {
  readonly speed?: number;
  readonly since?: number;
  readonly lightMs?: number;
  readonly refuses?: boolean;
}
const [url, folder, behaviour = "{}"] = process.argv.slice(2) as [string, string, string?];
const { speed = 1, since = 0, lightMs = 15, refuses = false } = JSON.parse(behaviour) as Behaviour;
const clock: Clock = {
  now: () => since + (Date.now() - since) * speed,
  after: (ms, then) => systemClock.after(ms / speed, then),
};
const moment = () => new Promise<void>((then) => void systemClock.after(lightMs, then));
const driver = {
  /** Leaves a line at its begin and its end, so that two at a time would be seen. */
  async light(id: string) {
    await appendFile(join(folder, "calls"), `begin ${id}\n`);
    if (refuses) throw new Refused("the bulb is broken");
    await moment();
    await writeFile(join(folder, `lit-${id}`), "");
    await appendFile(join(folder, "calls"), `end ${id}\n`);
  },
  dark: (id: string) => rm(join(folder, `lit-${id}`), { force: true }),
};
const projectId = "d".repeat(32);
const verify = async () => ({ userId: "u", userName: "demo", userDomainId: "default", projectId, roles: ["member"] });
const spine = await openSpine({
  services: [toy],
  drivers: { toy: driver },
  database: openDatabase(url, 6),
  clock,
  log: newLog({ level: process.env.CRUNCH_TEST_LOG ?? "silent" }),
  policy: makePolicy(
    toy.routes.map((r) => r.rule),
    {},
  ),
  verify,
});
await spine.begin();
console.log(await spine.door.listen({ port: 0, host: "127.0.0.1" }));
process.on("SIGTERM", () => void spine.stop().then(() => process.exit(0)));
